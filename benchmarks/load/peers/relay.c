// The floor: copies bytes both ways between each client and a connection to the backend of its own, and looks at none.
// usage: relay PORT BACKEND_PORT
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS = 4096, BUFFER = 65536 };
static int other[2 * CONNECTIONS + 64];

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int epoll, int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) < 0) fail("epoll_ctl");
}

static void end(int fd) {
  int peer = other[fd];
  other[fd] = other[peer] = 0;
  close(fd);
  close(peer);
}

static void copy(int fd) {
  static char bytes[BUFFER];
  ssize_t n = recv(fd, bytes, sizeof bytes, 0);
  if (n <= 0) {
    end(fd);
    return;
  }
  for (ssize_t sent = 0; sent < n;) {
    ssize_t m = send(other[fd], bytes + sent, (size_t)(n - sent), MSG_NOSIGNAL);
    if (m < 0) {
      end(fd);
      return;
    }
    sent += m;
  }
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: relay PORT BACKEND_PORT\n");
    return 2;
  }
  struct sockaddr_in here = loopback(atoi(argv[1])), backend = loopback(atoi(argv[2]));
  int on = 1, epoll = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&here, sizeof here) < 0 || listen(listener, CONNECTIONS) < 0) fail("listen");
  struct epoll_event e = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e);
  for (;;) {
    struct epoll_event events[256];
    int n = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd != listener) {
        if (other[fd]) copy(fd);
        continue;
      }
      int client = accept(listener, NULL, NULL), upstream = socket(AF_INET, SOCK_STREAM, 0);
      if (client < 0 || upstream < 0 || upstream >= 2 * CONNECTIONS) fail("accept");
      if (connect(upstream, (struct sockaddr *)&backend, sizeof backend) < 0) fail("connect");
      other[client] = upstream;
      other[upstream] = client;
      watch(epoll, client);
      watch(epoll, upstream);
    }
  }
}
