/*
 * The container's health check: GET /health/live on the admin port, exit code 0 for 200, else 1.
 *   health [ADDRESS:PORT [PATH]]     default: BEARWARD_ADMIN, else 127.0.0.1:9901; /health/live
 * Linked statically: the image has no shell, and a second JVM would take as much memory as the gateway.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int fail(const char *what) {
  fprintf(stderr, "health: %s\n", what);
  return 1;
}

int main(int count, char **arguments) {
  const char *address = count > 1 ? arguments[1] : getenv("BEARWARD_ADMIN");
  const char *path = count > 2 ? arguments[2] : "/health/live";
  char host[64] = "127.0.0.1";
  int port = 9901;
  if (address != NULL && sscanf(address, "%63[0-9.]:%d", host, &port) != 2)
    return fail("address: expected IPV4:PORT");
  if (strcmp(host, "0.0.0.0") == 0)
    strcpy(host, "127.0.0.1");
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  if (port < 1 || port > 65535 || inet_pton(AF_INET, host, &to.sin_addr) != 1)
    return fail("address: expected IPV4:PORT");
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  struct timeval limit = {.tv_sec = 2};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(connection, (struct sockaddr *)&to, sizeof to) != 0)
    return fail("cannot connect");
  char text[512];
  int length = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path);
  if (length >= (int)sizeof text || write(connection, text, (size_t)length) != length)
    return fail("cannot ask");
  size_t got = 0;
  while (got < 12) {
    ssize_t read_now = read(connection, text + got, 12 - got);
    if (read_now <= 0)
      return fail("no answer");
    got += (size_t)read_now;
  }
  return memcmp(text, "HTTP/1.1 200", 12) == 0 ? 0 : fail("not healthy");
}
