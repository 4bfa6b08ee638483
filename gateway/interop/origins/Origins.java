import com.sun.net.httpserver.HttpServer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * Jetty and Tomcat, each of which keeps what it understood of a request. Prints their ports and one
 * more, where {@code /jetty} and {@code /tomcat} hand out what was kept, and forget it. The argument is
 * a folder that Tomcat may write to.
 */
final class Origins {

  /** Answers to a path that ends so carry that status and no body. */
  private static final List<Integer> WITHOUT_BODY = List.of(204, 304);

  private Origins() {}

  /** What an origin understood of one request; {@code decoded} is the path that it would act on. */
  record Understood(
      String method, String path, String query, String decoded, List<String[]> fields, byte[] body) {

    String json() {
      return "{\"method\":%s,\"path\":%s,\"query\":%s,\"decoded\":%s,\"fields\":[%s],\"body\":\"%s\"}"
          .formatted(
              quoted(method),
              quoted(path),
              quoted(query),
              quoted(decoded),
              fields.stream()
                  .map(each -> "[" + quoted(each[0]) + "," + quoted(each[1]) + "]")
                  .collect(Collectors.joining(",")),
              HexFormat.of().formatHex(body));
    }

    private static String quoted(String text) {
      if (text == null) {
        return "null";
      }
      StringBuilder quoted = new StringBuilder("\"");
      for (char c : text.toCharArray()) {
        boolean plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';
        quoted.append(plain ? String.valueOf(c) : "\\u%04x".formatted((int) c));
      }
      return quoted.append('"').toString();
    }
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, Queue<Understood>> kept =
        Map.of("jetty", new ConcurrentLinkedQueue<>(), "tomcat", new ConcurrentLinkedQueue<>());
    System.out.println("jetty " + startJetty(kept.get("jetty")));
    System.out.println("tomcat " + startTomcat(kept.get("tomcat"), arguments[0]));
    HttpServer kiosk = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    kiosk.createContext(
        "/",
        exchange -> {
          String name = exchange.getRequestURI().getPath().substring(1);
          List<String> taken = new ArrayList<>();
          for (Understood each; (each = kept.get(name).poll()) != null; ) {
            taken.add(each.json());
          }
          byte[] answer = taken.toString().getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    kiosk.start();
    System.out.println("kept " + kiosk.getAddress().getPort());
  }

  private static int status(String path) {
    return WITHOUT_BODY.stream()
        .filter(status -> path.endsWith("/" + status))
        .findFirst()
        .orElse(200);
  }

  private static int startJetty(Queue<Understood> kept) throws Exception {
    Server server = new Server(new InetSocketAddress("127.0.0.1", 0));
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            byte[] body = Content.Source.asInputStream(request).readAllBytes();
            List<String[]> fields = new ArrayList<>();
            for (HttpField field : request.getHeaders()) {
              fields.add(new String[] {field.getName(), field.getValue()});
            }
            var uri = request.getHttpURI();
            kept.add(
                new Understood(
                    request.getMethod(),
                    uri.getPath(),
                    uri.getQuery(),
                    uri.getDecodedPath(),
                    fields,
                    body));
            response.setStatus(status(uri.getPath()));
            if (response.getStatus() == 200) {
              Content.Sink.write(response, true, "ok", callback);
            } else {
              callback.succeeded();
            }
            return true;
          }
        });
    server.start();
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  private static int startTomcat(Queue<Understood> kept, String folder) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder);
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    var context = tomcat.addContext("", null);
    HttpServlet echo =
        new HttpServlet() {
          @Override
          protected void service(HttpServletRequest request, HttpServletResponse response)
              throws IOException {
            byte[] body = request.getInputStream().readAllBytes();
            List<String[]> fields = new ArrayList<>();
            for (String name : Collections.list(request.getHeaderNames())) {
              for (String value : Collections.list(request.getHeaders(name))) {
                fields.add(new String[] {name, value});
              }
            }
            kept.add(
                new Understood(
                    request.getMethod(),
                    request.getRequestURI(),
                    request.getQueryString(),
                    request.getServletPath()
                        + (request.getPathInfo() == null ? "" : request.getPathInfo()),
                    fields,
                    body));
            response.setStatus(status(request.getRequestURI()));
            if (response.getStatus() == 200) {
              response.getOutputStream().print("ok");
            }
          }
        };
    Tomcat.addServlet(context, "echo", echo).addMapping("/");
    tomcat.start();
    return tomcat.getConnector().getLocalPort();
  }
}
