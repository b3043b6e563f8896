/* SPDX-License-Identifier: Apache-2.0 */
/* What consumer.c needs of nfnetlink: messages are laid out by hand, no library is used. */
#ifndef NAMEGATE_PERF_NETLINK_H
#define NAMEGATE_PERF_NETLINK_H

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(3);
}

/* Starts a message at `at`; its length is that of the two headers until attributes follow. */
static struct nlmsghdr *nl_begin(void *at, int type, int flags, int family, int resource) {
  struct nlmsghdr *message = at;
  memset(message, 0, NLMSG_SPACE(sizeof(struct nfgenmsg)));
  message->nlmsg_len = NLMSG_LENGTH(sizeof(struct nfgenmsg));
  message->nlmsg_type = type;
  message->nlmsg_flags = NLM_F_REQUEST | flags;
  struct nfgenmsg *general = NLMSG_DATA(message);
  general->nfgen_family = family;
  general->version = NFNETLINK_V0;
  general->res_id = htons(resource);
  return message;
}

static void *nl_attribute(struct nlmsghdr *message, int type, const void *value, int length) {
  struct nlattr *attribute = (void *)((char *)message + NLMSG_ALIGN(message->nlmsg_len));
  attribute->nla_type = type;
  attribute->nla_len = NLA_HDRLEN + length;
  if (length > 0) memcpy((char *)attribute + NLA_HDRLEN, value, length);
  message->nlmsg_len = NLMSG_ALIGN(message->nlmsg_len) + NLA_ALIGN(attribute->nla_len);
  return attribute;
}

static struct nlattr *nl_nest(struct nlmsghdr *message, int type) {
  return nl_attribute(message, type | NLA_F_NESTED, NULL, 0);
}

static void nl_close(struct nlmsghdr *message, struct nlattr *nest) {
  nest->nla_len = (char *)message + message->nlmsg_len - (char *)nest;
}

static int nl_open(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
  struct sockaddr_nl us = {.nl_family = AF_NETLINK};
  if (fd < 0 || bind(fd, (void *)&us, sizeof us) < 0) die("netlink socket");
  return fd;
}

static void nl_send(int fd, const void *messages, int length) {
  while (send(fd, messages, length, 0) < 0) {
    if (errno != EINTR && errno != ENOBUFS && errno != EAGAIN) die("send");
  }
}

/* Waits for the acknowledgement of one request; returns its errno, 0 for success. */
static int nl_ack(int fd) {
  char buffer[1024];
  ssize_t length = recv(fd, buffer, sizeof buffer, 0);
  if (length < (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr))) die("acknowledgement");
  struct nlmsghdr *message = (void *)buffer;
  if (message->nlmsg_type != NLMSG_ERROR) return EPROTO;
  return -((struct nlmsgerr *)NLMSG_DATA(message))->error;
}

#endif
