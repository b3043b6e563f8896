/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The load of the benchmarks and what answers it. Latency is measured from the moment a request was meant to start,
 * whenever it did start: a stall shows in every request that it delayed (no coordinated omission).
 *
 *   load sink PORT                                            answer TCP connects
 *   load dns PORT                                             answer any name (below)
 *   load connect   ADDRESS PORT SPREAD RATE COUNT OUT         TCP connects at RATE a second
 *   load connects  ADDRESS PORT SPREAD THREADS SECONDS        TCP connects one after the other, per thread
 *   load query     SERVER PORT DOMAIN FIRST SPREAD ADDRESSES V RATE COUNT OUT       DNS queries at RATE a second
 *   load queries   SERVER PORT DOMAIN FIRST SPREAD ADDRESSES V OUTSTANDING SECONDS  DNS queries, OUTSTANDING at a time
 *   load first     SERVER PORT DOMAIN FIRST V RATE COUNT TARGETPORT OUT             resolve a fresh name, connect at once
 *   load cputime   PID                                        nanoseconds that a process has been on a processor
 *   load flood     ADDRESS PORT SPREAD RATE COUNT             datagrams that nobody answers, at RATE a second: new flows all
 *
 * RATE 0 is one after the other: each request is meant to start when the one before it is done.
 *
 * SPREAD addresses from ADDRESS on are taken in a scattered order. Names are a<ADDRESSES>-<number>.DOMAIN, with numbers from
 * FIRST on; SPREAD 0 makes each a fresh one, else they repeat after SPREAD. The answer to number n has ADDRESSES addresses
 * that follow from n: 198.18.0.0 + n * ADDRESSES ... within 198.18.0.0/15, or the same below 2001:db8:18::/48; after the
 * last one (131,000 and 1,048,000: what the rivals' sets have room for) they begin anew.
 * Answers are good for an hour, those below the domain `fresh` for a minute.
 * V is 4 or 6: which addresses are asked for (the server is reached by whatever family its address has).
 *
 * OUT gets the latencies, 8 bytes each, nanoseconds in this machine's order. Results go to stdout as `key value` lines. A wrong
 * answer, a refused or lost connection or a lost answer is counted, and makes the exit code 1.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 4096, LOST_MS = 900, GIVE_UP_MS = 5000, TTL_SECONDS = 3600, FRESH_TTL_SECONDS = 60 };

static void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(3);
}

static long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}

/* Sleeps until shortly before, then looks at the clock: a timer's slack is not the daemon's latency. */
static void wait_until(long at_ns) {
  long early = at_ns - 80000;
  struct timespec when = {early / 1000000000L, early % 1000000000L};
  if (early > now_ns()) clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
  while (now_ns() < at_ns) {
  }
}

/* Waits until request i is to start; when that is meant to be. */
static long next_start(long first_ns, int i, int rate) {
  if (rate == 0) return now_ns();
  long meant = first_ns + (long)i * 1000000000L / rate;
  wait_until(meant);
  return meant;
}

static struct sockaddr_in6 address_of(const char *text, int port) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  char mapped[INET6_ADDRSTRLEN + 8];
  snprintf(mapped, sizeof mapped, "%s%s", strchr(text, ':') ? "" : "::ffff:", text);
  if (inet_pton(AF_INET6, mapped, &address.sin6_addr) != 1) {
    fprintf(stderr, "%s is no address\n", text);
    exit(2);
  }
  return address;
}

static void add_to(struct in6_addr *address, uint32_t by) {
  uint32_t low;
  memcpy(&low, &address->s6_addr[12], 4);
  low = htonl(ntohl(low) + by);
  memcpy(&address->s6_addr[12], &low, 4);
}

/* Goes through 0..spread-1 with a step that shares no factor with it. */
static uint32_t scattered(uint32_t i, uint32_t spread) { return (uint32_t)((uint64_t)i * 7919u % spread); }

/* ---- TCP ---- */

static int connect_to(const struct sockaddr_in6 *to) {
  struct sockaddr_in to4 = {.sin_family = AF_INET, .sin_port = to->sin6_port};
  memcpy(&to4.sin_addr, &to->sin6_addr.s6_addr[12], 4);
  /* IPv4 on a socket of its own kind: rivals that ask the kernel for the socket look for that. */
  int v4 = IN6_IS_ADDR_V4MAPPED(&to->sin6_addr);
  int fd = socket(v4 ? AF_INET : AF_INET6, SOCK_STREAM, 0);
  if (fd < 0) die("socket");
  struct timeval limit = {GIVE_UP_MS / 1000, 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(fd, v4 ? (const void *)&to4 : (const void *)to, v4 ? sizeof to4 : sizeof *to) == 0) return fd;
  close(fd);
  return -1;
}

/* Resets the connection, so that no port waits in TIME_WAIT. */
static void reset(int fd) {
  struct linger at_once = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(fd);
}

__attribute__((noreturn)) static void sink(int port) {
  int fd = socket(AF_INET6, SOCK_STREAM, 0), on = 1, off = 0;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  /* The kernel answers, and wakes nobody until data come, which never do: the client resets first. */
  setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &on, sizeof on);
  struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  if (bind(fd, (void *)&any, sizeof any) < 0 || listen(fd, 65535) < 0) die("listen");
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    int peer = accept(fd, NULL, NULL);
    if (peer >= 0) reset(peer);
  }
}

static void save(const char *path, const int64_t *samples, int count) {
  FILE *out = fopen(path, "wb");
  if (out == NULL || fwrite(samples, sizeof *samples, count, out) != (size_t)count || fclose(out) != 0) die(path);
}

static int connect_latency(char **a) {
  struct sockaddr_in6 base = address_of(a[0], atoi(a[1]));
  int spread = atoi(a[2]), rate = atoi(a[3]), count = atoi(a[4]), failed = 0, late = 0;
  int64_t *samples = calloc(count, sizeof *samples);
  long start = now_ns() + 1000000;
  for (int i = 0; i < count; i++) {
    struct sockaddr_in6 to = base;
    add_to(&to.sin6_addr, scattered(i, spread));
    long meant = next_start(start, i, rate);
    int fd = connect_to(&to);
    samples[i] = now_ns() - meant;
    if (fd < 0) failed++;
    else reset(fd);
    if (samples[i] > LOST_MS * 1000000L) late++;
  }
  save(a[5], samples, count);
  printf("count %d\nfailed %d\nlate %d\n", count, failed, late);
  return failed > 0;
}

struct worker {
  pthread_t thread;
  struct sockaddr_in6 base;
  int spread, number;
  long until_ns, done, failed;
};

static void *connect_again_and_again(void *argument) {
  struct worker *me = argument;
  for (uint32_t i = me->number * 7727u; now_ns() < me->until_ns; i++) {
    struct sockaddr_in6 to = me->base;
    add_to(&to.sin6_addr, scattered(i % me->spread, me->spread));
    int fd = connect_to(&to);
    if (fd < 0) me->failed++;
    else {
      reset(fd);
      me->done++;
    }
  }
  return NULL;
}

static int connect_rate(char **a) {
  int threads = atoi(a[3]), seconds = atoi(a[4]);
  struct worker *workers = calloc(threads, sizeof *workers);
  long start = now_ns(), done = 0, failed = 0;
  for (int i = 0; i < threads; i++) {
    workers[i] = (struct worker){.base = address_of(a[0], atoi(a[1])), .spread = atoi(a[2]), .number = i,
                                 .until_ns = start + seconds * 1000000000L};
    if (pthread_create(&workers[i].thread, NULL, connect_again_and_again, &workers[i]) != 0) die("thread");
  }
  for (int i = 0; i < threads; i++) {
    pthread_join(workers[i].thread, NULL);
    done += workers[i].done;
    failed += workers[i].failed;
  }
  printf("persecond %.0f\nfailed %ld\n", done / ((now_ns() - start) / 1e9), failed);
  return failed > 0;
}

/* To conntrack each datagram of a flow without an answer is new. */
static int flood(char **a) {
  enum { BATCH = 32 };
  int spread = atoi(a[2]), rate = atoi(a[3]), count = atoi(a[4]), on = 1, failed = 0;
  int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  struct sockaddr_in6 to[BATCH];
  struct mmsghdr headers[BATCH] = {0};
  struct iovec byte = {&on, 1};
  long start = now_ns();
  for (int sent = 0; sent < count;) {
    int batch = count - sent < BATCH ? count - sent : BATCH;
    for (int i = 0; i < batch; i++) {
      to[i] = address_of(a[0], atoi(a[1]));
      add_to(&to[i].sin6_addr, scattered(sent + i, spread));
      headers[i].msg_hdr = (struct msghdr){.msg_name = &to[i], .msg_namelen = sizeof to[i], .msg_iov = &byte, .msg_iovlen = 1};
    }
    wait_until(start + (long)sent * 1000000000L / rate);
    int done = sendmmsg(fd, headers, batch, 0);
    if (done < batch) failed += batch - (done > 0 ? done : 0);
    sent += batch;
  }
  printf("persecond %.0f\nfailed %d\n", count / ((now_ns() - start) / 1e9), failed);
  return failed > 0;
}

/* Of all its threads, those that have ended too. */
static int cpu_time(char **a) {
  clockid_t clock;
  struct timespec spent;
  if (clock_getcpuclockid(atoi(a[0]), &clock) != 0 || clock_gettime(clock, &spent) != 0) die("cputime");
  printf("%lld\n", spent.tv_sec * 1000000000LL + spent.tv_nsec);
  return 0;
}

/* ---- DNS ---- */

static int put_question(uint8_t *at, int id, const char *domain, int addresses, uint32_t number, int v) {
  uint8_t header[12] = {id >> 8, id & 255, 1, 0, 0, 1};
  memcpy(at, header, 12);
  char name[256];
  snprintf(name, sizeof name, "a%d-%u.%s", addresses, number, domain);
  int length = 12;
  for (char *label = strtok(name, "."); label != NULL; label = strtok(NULL, ".")) {
    int size = strlen(label);
    at[length++] = size;
    memcpy(at + length, label, size);
    length += size;
  }
  uint8_t end[5] = {0, 0, v == 4 ? 1 : 28, 0, 1};
  memcpy(at + length, end, 5);
  return length + 5;
}

static void answer_address(uint8_t *bytes, uint32_t index, int v) {
  static const uint8_t prefix6[12] = {0x20, 0x01, 0x0d, 0xb8, 0, 0x18};
  uint32_t low = htonl(v == 4 ? (198u << 24 | 18u << 16 | 1) + index % 131000u : 1 + index % 1048000u);
  if (v == 6) memcpy(bytes, prefix6, 12);
  memcpy(bytes + (v == 4 ? 0 : 12), &low, 4);
}

/* Makes the reply of the query in place; its length, or 0 if it is none of ours. */
static int reply_to(uint8_t *message, int length) {
  int at = 12, addresses = 0;
  uint32_t number = 0;
  if (length < 17 || message[12] > 63 || 12 + message[12] >= length) return 0;
  char label[64] = "";
  memcpy(label, message + 13, message[12]);
  if (sscanf(label, "a%d-%u", &addresses, &number) != 2 || addresses < 1 || addresses > 120) return 0;
  const uint8_t *domain = message + 13 + message[12];
  int ttl = *domain == 5 && memcmp(domain + 1, "fresh", 5) == 0 ? FRESH_TTL_SECONDS : TTL_SECONDS;
  while (at < length && message[at] != 0) at += 1 + message[at];
  at += 5;
  if (at > length) return 0;
  int v = message[at - 3] == 28 ? 6 : 4, bytes = v == 4 ? 4 : 16;
  message[2] = 0x85;
  message[3] = 0x80;
  message[6] = 0;
  message[7] = addresses;
  memset(message + 8, 0, 4);
  for (int i = 0; i < addresses; i++) {
    uint8_t head[12] = {0xc0, 12, 0, v == 4 ? 1 : 28, 0, 1, 0, 0, ttl >> 8, ttl & 255, 0, bytes};
    memcpy(message + at, head, 12);
    answer_address(message + at + 12, number * addresses + i, v);
    at += 12 + bytes;
  }
  return at;
}

__attribute__((noreturn)) static void dns(int port) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0), on = 1, off = 0, bytes = 8 << 20;
  setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  if (bind(fd, (void *)&any, sizeof any) < 0) die("bind");
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    uint8_t message[MESSAGE];
    char control[128];
    struct sockaddr_in6 client;
    struct iovec vector = {message, sizeof message};
    struct msghdr header = {&client, sizeof client, &vector, 1, control, sizeof control, 0};
    ssize_t length = recvmsg(fd, &header, 0);
    if (length < 0) continue;
    vector.iov_len = reply_to(message, length);
    /* The control data say which of our addresses was asked: the answer goes from there. */
    if (vector.iov_len > 0) sendmsg(fd, &header, 0);
  }
}

struct asker {
  int fd, addresses, v;
  uint32_t first, spread;
  const char *domain;
};

static struct asker asker_of(char **a) {
  struct asker asker = {.domain = a[2], .first = atoi(a[3]), .spread = atoi(a[4]), .addresses = atoi(a[5]), .v = atoi(a[6])};
  struct sockaddr_in6 server = address_of(a[0], atoi(a[1]));
  asker.fd = socket(AF_INET6, SOCK_DGRAM, 0);
  int bytes = 8 << 20;
  setsockopt(asker.fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  if (connect(asker.fd, (void *)&server, sizeof server) < 0) die("connect to the server");
  return asker;
}

static uint32_t number_of(const struct asker *asker, uint32_t i) {
  return asker->first + (asker->spread == 0 ? i : i % asker->spread);
}

static void ask(const struct asker *asker, uint32_t i) {
  uint8_t message[512];
  int length =
      put_question(message, i & 0xffff, asker->domain, asker->addresses, number_of(asker, i), asker->v);
  while (send(asker->fd, message, length, 0) < 0) {
    if (errno != ENOBUFS && errno != EAGAIN && errno != ECONNREFUSED) die("send");
  }
}

/* Whether this is the right answer to question i: its number, its count, its first address. */
static int is_right(const struct asker *asker, uint32_t i, const uint8_t *message, int length) {
  int bytes = asker->v == 4 ? 4 : 16, records = asker->addresses * (12 + bytes);
  if (length < 12 + records || (message[0] << 8 | message[1]) != (int)(i & 0xffff)) return 0;
  uint8_t wanted[16];
  answer_address(wanted, number_of(asker, i) * asker->addresses, asker->v);
  return (message[6] << 8 | message[7]) == asker->addresses &&
         memcmp(message + length - records + 12, wanted, bytes) == 0;
}

/* Waits for the answer to question i, looking past answers to earlier ones; its length, or -1. */
static int await_answer(const struct asker *asker, uint32_t i, uint8_t *message) {
  long until = now_ns() + GIVE_UP_MS * 1000000L;
  struct pollfd readable = {asker->fd, POLLIN, 0};
  while (now_ns() < until) {
    if (poll(&readable, 1, 100) <= 0) continue;
    int length = recv(asker->fd, message, MESSAGE, MSG_DONTWAIT);
    if (length >= 2 && (message[0] << 8 | message[1]) == (int)(i & 0xffff)) return length;
  }
  return -1;
}

static int query_latency(char **a) {
  struct asker asker = asker_of(a);
  int rate = atoi(a[7]), count = atoi(a[8]), wrong = 0, lost = 0;
  int64_t *samples = calloc(count, sizeof *samples);
  long start = now_ns() + 1000000;
  for (int i = 0; i < count; i++) {
    uint8_t message[MESSAGE];
    long meant = next_start(start, i, rate);
    ask(&asker, i);
    int length = await_answer(&asker, i, message);
    samples[i] = now_ns() - meant;
    if (length < 0) lost++;
    else if (!is_right(&asker, i, message, length)) wrong++;
  }
  save(a[9], samples, count);
  printf("count %d\nlost %d\nwrong %d\n", count, lost, wrong);
  return lost + wrong > 0;
}

static int query_rate(char **a) {
  struct asker asker = asker_of(a);
  int outstanding = atoi(a[7]), seconds = atoi(a[8]);
  long start = now_ns(), until = start + seconds * 1000000000L, done = 0, wrong = 0, lost = 0;
  uint32_t asked = 0, answered = 0;
  while (now_ns() < until) {
    while (asked - answered < (uint32_t)outstanding) ask(&asker, asked++);
    struct pollfd readable = {asker.fd, POLLIN, 0};
    if (poll(&readable, 1, 1000) <= 0) {
      lost += asked - answered;
      answered = asked;
      continue;
    }
    uint8_t message[MESSAGE];
    int length;
    while ((length = recv(asker.fd, message, sizeof message, MSG_DONTWAIT)) > 0) {
      uint32_t i = (asked & ~0xffffu) | (uint32_t)(message[0] << 8 | message[1]);
      if (i >= asked) i -= 0x10000;
      if (!is_right(&asker, i, message, length)) wrong++;
      done++;
      answered++;
    }
  }
  printf("persecond %.0f\nlost %ld\nwrong %ld\n", done / ((now_ns() - start) / 1e9), lost, wrong);
  return lost + wrong > 0;
}

static int first_connection(char **a) {
  char *query[] = {a[0], a[1], a[2], a[3], "0", "1", a[4]};
  struct asker asker = asker_of(query);
  int rate = atoi(a[5]), count = atoi(a[6]), port = atoi(a[7]), failed = 0, late = 0;
  int64_t *samples = calloc(count, sizeof *samples);
  long start = now_ns() + 1000000;
  for (int i = 0; i < count; i++) {
    uint8_t message[MESSAGE];
    long meant = next_start(start, i, rate);
    ask(&asker, i);
    int length = await_answer(&asker, i, message), fd = -1;
    long asked = now_ns();
    if (length > 0 && is_right(&asker, i, message, length)) {
      struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
      int bytes = asker.v == 4 ? 4 : 16;
      to.sin6_addr.s6_addr[10] = to.sin6_addr.s6_addr[11] = 0xff;
      memcpy(to.sin6_addr.s6_addr + 16 - bytes, message + length - bytes, bytes);
      fd = connect_to(&to);
    }
    long done = now_ns();
    samples[i] = done - meant;
    if (fd < 0) failed++;
    else reset(fd);
    if (done - asked > LOST_MS * 1000000L) late++;
  }
  save(a[8], samples, count);
  printf("count %d\nfailed %d\nlate %d\n", count, failed, late);
  return failed + late > 0;
}

int main(int count, char **arguments) {
  static const struct { const char *name; int arguments; int (*run)(char **); } commands[] = {
      {"connect", 6, connect_latency}, {"cputime", 1, cpu_time}, {"connects", 5, connect_rate}, {"flood", 5, flood}, {"query", 10, query_latency},
      {"queries", 9, query_rate},      {"first", 9, first_connection}};
  signal(SIGPIPE, SIG_IGN);
  if (count == 3 && strcmp(arguments[1], "sink") == 0) sink(atoi(arguments[2]));
  if (count == 3 && strcmp(arguments[1], "dns") == 0) dns(atoi(arguments[2]));
  for (unsigned i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (count - 2 == commands[i].arguments && strcmp(arguments[1], commands[i].name) == 0) {
      return commands[i].run(arguments + 2);
    }
  }
  fprintf(stderr, "usage: see the head of load.c\n");
  return 2;
}
