/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest NFQUEUE consumer that does the job, to compare with: accepts every packet.
 *
 *   consumer QUEUE plain|batched|polling [SET4 SET6]
 *   consumer QUEUE bound
 *
 *   plain    recv one packet, send one verdict; sleeps in recv
 *   batched  recvmmsg up to 64, all their verdicts in one send
 *   polling  as plain, but asks for 50 us without sleeping before it sleeps
 *   bound    as plain, for a queue a CPU from QUEUE on, each with a thread that is bound to that CPU
 *   SET4 SET6  the packets are DNS replies: their addresses are added to these ipsets (hash:ip,
 *            with timeout) before the verdict. plain and polling add one by one and await each
 *            acknowledgement; batched sends one message for many (1,024) and looks for an error
 *
 * Prints "ready" when each queue has a reader. Ends on SIGTERM.
 */
#define _GNU_SOURCE
#include "netlink.h"

#include <linux/netfilter/ipset/ip_set.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

enum { SLOTS = 64, SLOT_BYTES = 4096, POLL_NS = 50000, RECEIVE_BUFFER = 128 << 20, MAX_LENGTH = 65536 };
enum { VERDICT_BYTES = 32, MAX_ADDRESSES = 256, ADD_AT_ONCE = 1024 };

/* Of each thread that reads a queue. */
static __thread char slots[SLOTS][SLOT_BYTES] __attribute__((aligned(8)));
static __thread char verdicts[SLOTS * VERDICT_BYTES] __attribute__((aligned(8)));
static __thread int queue_fd;

static char train[ADD_AT_ONCE * 64] __attribute__((aligned(8)));
static int set_fd = -1;
static const char *set_names[2];

static long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}

static void configure(int queue, int attribute, const void *value, int length) {
  char buffer[128] __attribute__((aligned(8)));
  struct nlmsghdr *message =
      nl_begin(buffer, NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_CONFIG, NLM_F_ACK, AF_UNSPEC, queue);
  nl_attribute(message, attribute, value, length);
  nl_send(queue_fd, buffer, message->nlmsg_len);
  errno = nl_ack(queue_fd);
  if (errno != 0) die("configure the queue");
}

static void bind_queue(int queue) {
  queue_fd = nl_open();
  int bytes = RECEIVE_BUFFER;
  setsockopt(queue_fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  struct nfqnl_msg_config_cmd bind = {.command = NFQNL_CFG_CMD_BIND};
  configure(queue, NFQA_CFG_CMD, &bind, sizeof bind);
  uint32_t length = htonl(MAX_LENGTH);
  configure(queue, NFQA_CFG_QUEUE_MAXLEN, &length, sizeof length);
  struct nfqnl_msg_config_params params = {htonl(SLOT_BYTES - 512), NFQNL_COPY_PACKET};
  configure(queue, NFQA_CFG_PARAMS, &params, sizeof params);
}

/* The attribute of this type, or NULL. */
static struct nlattr *find(struct nlmsghdr *message, int type) {
  char *end = (char *)message + message->nlmsg_len;
  char *at = (char *)message + NLMSG_SPACE(sizeof(struct nfgenmsg));
  while (at + NLA_HDRLEN <= end) {
    struct nlattr *attribute = (void *)at;
    if ((attribute->nla_type & NLA_TYPE_MASK) == type) return attribute;
    at += NLA_ALIGN(attribute->nla_len);
  }
  return NULL;
}

static int put_verdict(int at, int queue, struct nlmsghdr *packet) {
  struct nlattr *header = find(packet, NFQA_PACKET_HDR);
  if (header == NULL) return 0;
  struct nfqnl_msg_packet_hdr *of = (void *)((char *)header + NLA_HDRLEN);
  struct nlmsghdr *message = nl_begin(
      verdicts + at, NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_VERDICT, 0, AF_UNSPEC, queue);
  struct nfqnl_msg_verdict_hdr verdict = {htonl(NF_ACCEPT), of->packet_id};
  nl_attribute(message, NFQA_VERDICT_HDR, &verdict, sizeof verdict);
  return message->nlmsg_len;
}

/* ---- DNS replies: the addresses of all A and AAAA records, owners unread ---- */

static const uint8_t *skip_name(const uint8_t *at, const uint8_t *end) {
  while (at < end && *at != 0 && *at < 0xc0) at += 1 + *at;
  return at + (at < end && *at >= 0xc0 ? 2 : 1);
}

struct found { int family; uint8_t bytes[16]; };

static int addresses_of(struct nlmsghdr *packet, struct found *found, int max) {
  struct nlattr *payload = find(packet, NFQA_PAYLOAD);
  if (payload == NULL) return 0;
  const uint8_t *ip = (uint8_t *)payload + NLA_HDRLEN;
  const uint8_t *end = (uint8_t *)payload + payload->nla_len;
  const uint8_t *dns = ip + (ip[0] >> 4 == 6 ? 40 : (ip[0] & 15) * 4) + 8;
  if (dns + 12 > end) return 0;
  int answers = dns[6] << 8 | dns[7], count = 0;
  const uint8_t *at = skip_name(dns + 12, end) + 4;
  for (int i = 0; i < answers && at < end && count < max; i++) {
    at = skip_name(at, end);
    if (at + 10 > end) break;
    int type = at[0] << 8 | at[1], length = at[8] << 8 | at[9];
    at += 10;
    if (at + length > end) break;
    if ((type == 1 && length == 4) || (type == 28 && length == 16)) {
      found[count].family = type == 1 ? AF_INET : AF_INET6;
      memcpy(found[count++].bytes, at, length);
    }
    at += length;
  }
  return count;
}

static void put_element(struct nlmsghdr *message, const struct found *address) {
  int v4 = address->family == AF_INET;
  struct nlattr *data = nl_nest(message, IPSET_ATTR_DATA);
  struct nlattr *ip = nl_nest(message, IPSET_ATTR_IP);
  nl_attribute(message, (v4 ? IPSET_ATTR_IPADDR_IPV4 : IPSET_ATTR_IPADDR_IPV6) | NLA_F_NET_BYTEORDER,
               address->bytes, v4 ? 4 : 16);
  nl_close(message, ip);
  uint32_t seconds = htonl(300);
  nl_attribute(message, IPSET_ATTR_TIMEOUT | NLA_F_NET_BYTEORDER, &seconds, sizeof seconds);
  nl_close(message, data);
}

static struct nlmsghdr *begin_add(void *at, int family, int flags) {
  struct nlmsghdr *message =
      nl_begin(at, NFNL_SUBSYS_IPSET << 8 | IPSET_CMD_ADD, flags, family, 0);
  uint8_t protocol = IPSET_PROTOCOL;
  const char *name = set_names[family == AF_INET6];
  nl_attribute(message, IPSET_ATTR_PROTOCOL, &protocol, 1);
  nl_attribute(message, IPSET_ATTR_SETNAME, name, strlen(name) + 1);
  return message;
}

static void add_one_by_one(const struct found *found, int count) {
  for (int i = 0; i < count; i++) {
    struct nlmsghdr *message = begin_add(train, found[i].family, NLM_F_ACK);
    put_element(message, &found[i]);
    nl_send(set_fd, train, message->nlmsg_len);
    errno = nl_ack(set_fd);
    if (errno != 0) die("add to the set");
  }
}

/* Some of the addresses of a family in one message: its length, 0 for none. An attribute holds no more than 64 KiB. */
static int put_some(int family, const struct found *found, int count) {
  struct nlmsghdr *message = begin_add(train, family, 0);
  uint32_t line = 0;
  nl_attribute(message, IPSET_ATTR_LINENO, &line, sizeof line);
  struct nlattr *all = nl_nest(message, IPSET_ATTR_ADT);
  int put = 0;
  for (int i = 0; i < count; i++) {
    if (found[i].family != family) continue;
    put_element(message, &found[i]);
    put++;
  }
  nl_close(message, all);
  return put > 0 ? message->nlmsg_len : 0;
}

static void add_all(const struct found *found, int count) {
  static const int families[] = {AF_INET, AF_INET6};
  for (int from = 0; from < count; from += ADD_AT_ONCE) {
    int some = count - from < ADD_AT_ONCE ? count - from : ADD_AT_ONCE;
    for (int i = 0; i < 2; i++) {
      int length = put_some(families[i], found + from, some);
      if (length > 0) nl_send(set_fd, train, length);
    }
  }
  char error[1024];
  if (recv(set_fd, error, sizeof error, MSG_DONTWAIT) > 0) {
    fprintf(stderr, "the kernel refuses to add\n");
    exit(3);
  }
}

/* ---- the ways of consuming ---- */

static void serve_one(int queue, int polls) {
  long until = 0;
  for (;;) {
    ssize_t length = recv(queue_fd, slots[0], SLOT_BYTES, polls ? MSG_DONTWAIT : 0);
    if (length < 0 && errno == EAGAIN) {
      if (now_ns() < until) continue;
      length = recv(queue_fd, slots[0], SLOT_BYTES, 0);
    }
    if (length < 0) {
      if (errno == EINTR || errno == ENOBUFS) continue;
      die("recv");
    }
    if (set_fd >= 0) {
      struct found found[MAX_ADDRESSES];
      add_one_by_one(found, addresses_of((void *)slots[0], found, MAX_ADDRESSES));
    }
    int verdict = put_verdict(0, queue, (void *)slots[0]);
    if (verdict > 0) nl_send(queue_fd, verdicts, verdict);
    until = now_ns() + POLL_NS;
  }
}

static void serve_batches(int queue) {
  struct mmsghdr headers[SLOTS] = {0};
  struct iovec vectors[SLOTS];
  static struct found found[SLOTS * MAX_ADDRESSES];
  for (int i = 0; i < SLOTS; i++) {
    vectors[i] = (struct iovec){slots[i], SLOT_BYTES};
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  for (;;) {
    int received = recvmmsg(queue_fd, headers, SLOTS, MSG_WAITFORONE, NULL);
    if (received < 0) {
      if (errno == EINTR || errno == ENOBUFS) continue;
      die("recvmmsg");
    }
    int addresses = 0, length = 0;
    for (int i = 0; i < received && set_fd >= 0; i++) {
      addresses += addresses_of((void *)slots[i], found + addresses, MAX_ADDRESSES);
    }
    if (addresses > 0) add_all(found, addresses);
    for (int i = 0; i < received; i++) length += put_verdict(length, queue, (void *)slots[i]);
    if (length > 0) nl_send(queue_fd, verdicts, length);
  }
}

static int first_queue;
static pthread_barrier_t all_bound;

static void *serve_on(void *cpu_number) {
  int cpu = (int)(intptr_t)cpu_number;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  errno = pthread_setaffinity_np(pthread_self(), sizeof set, &set);
  if (errno != 0) die("bind a thread to its CPU");
  bind_queue(first_queue + cpu);
  pthread_barrier_wait(&all_bound);
  serve_one(first_queue + cpu, 0);
  return NULL;
}

/* CPUs are numbered without a gap: who starts this sees to it. */
static void serve_on_all(int queue) {
  int cpus = sysconf(_SC_NPROCESSORS_ONLN);
  pthread_t thread;
  first_queue = queue;
  pthread_barrier_init(&all_bound, NULL, cpus + 1);
  for (int cpu = 0; cpu < cpus; cpu++) {
    errno = pthread_create(&thread, NULL, serve_on, (void *)(intptr_t)cpu);
    if (errno != 0) die("start a thread");
  }
  pthread_barrier_wait(&all_bound);
  printf("ready\n");
  fflush(stdout);
  pthread_join(thread, NULL);
}

static void end(int signal) {
  (void)signal;
  _exit(0);
}

int main(int count, char **arguments) {
  if (count != 3 && count != 5) {
    fprintf(stderr, "usage: consumer QUEUE plain|batched|polling [SET4 SET6], or QUEUE bound\n");
    return 2;
  }
  int queue = atoi(arguments[1]);
  if (count == 5) {
    set_names[0] = arguments[3];
    set_names[1] = arguments[4];
    set_fd = nl_open();
  }
  signal(SIGTERM, end);
  if (strcmp(arguments[2], "bound") == 0) serve_on_all(queue);
  bind_queue(queue);
  printf("ready\n");
  fflush(stdout);
  if (strcmp(arguments[2], "batched") == 0) serve_batches(queue);
  serve_one(queue, strcmp(arguments[2], "polling") == 0);
  return 0;
}
