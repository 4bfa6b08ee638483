import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.OAuth2Credentials;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.auth.MoreCallCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.grpc.testing.TlsTesting;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.TestServiceClient;
import io.grpc.testing.integration.TestServiceGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * io.grpc's interop client, for many calls in one process. Prints the port where {@code /case} runs
 * it with the flags that are POSTed, one a line, and the token that comes with them; where {@code
 * /outlive} holds calls of ours open until their token is over; and where {@code /certificates/}
 * has the files that the client trusts.
 */
final class Calls {

  private static final int PATIENCE_SECONDS = 60;

  private Calls() {}

  /** What POSTed flags ask for; the token is {@code null} where there is none. */
  record Asked(String[] flags, String token) {

    private static final String SCHEME = "Bearer ";

    static Asked of(HttpExchange exchange) throws IOException {
      String flags = new String(exchange.getRequestBody().readAllBytes());
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      return new Asked(
          flags.split("\n"),
          authorization == null ? null : authorization.substring(SCHEME.length()));
    }

    String[] flagsWithToken() {
      Stream<String> metadata =
          Stream.ofNullable(token).map(it -> "--additional_metadata=authorization:" + SCHEME + it);
      return Stream.concat(Stream.of(flags), metadata).toArray(String[]::new);
    }

    ManagedChannel channel() throws IOException {
      Map<String, String> values =
          Stream.of(flags)
              .map(flag -> flag.split("=", 2))
              .collect(Collectors.toMap(flag -> flag[0], flag -> flag[1]));
      String host = values.get("--server_host");
      int port = Integer.parseInt(values.get("--server_port"));
      ChannelCredentials wire = InsecureChannelCredentials.create();
      if (Boolean.parseBoolean(values.get("--use_tls"))) {
        wire =
            TlsChannelCredentials.newBuilder().trustManager(TlsTesting.loadCert("ca.pem")).build();
      }
      ManagedChannelBuilder<?> builder =
          Boolean.parseBoolean(values.get("--use_okhttp"))
              ? OkHttpChannelBuilder.forAddress(host, port, wire)
              : NettyChannelBuilder.forAddress(host, port, wire);
      return builder.overrideAuthority(values.get("--server_host_override") + ":" + port).build();
    }
  }

  /** Counts what is answered, and keeps how it ended. */
  static final class Listener implements StreamObserver<StreamingOutputCallResponse> {
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private int answers;

    @Override
    public void onNext(StreamingOutputCallResponse answer) {
      answers++;
      answered.complete(null);
    }

    @Override
    public void onError(Throwable problem) {
      Status status = Status.fromThrowable(problem);
      over(status.getCode() + ": " + status.getDescription());
    }

    @Override
    public void onCompleted() {
      over("OK");
    }

    private void over(String end) {
      ended.complete("%d answers, %s".formatted(answers, end));
    }
  }

  interface Work {
    String of(Asked asked) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    HttpServer desk = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    desk.createContext("/case", exchange -> answer(exchange, Calls::runCase));
    desk.createContext("/outlive", exchange -> answer(exchange, Calls::outlive));
    desk.createContext("/certificates/", Calls::certificate);
    desk.start();
    System.out.println("calls on 127.0.0.1:" + desk.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange, Work work) throws IOException {
    String outcome;
    try {
      outcome = work.of(Asked.of(exchange));
    } catch (Exception | AssertionError e) { // the client's own checks throw either
      outcome = "FAILED: " + e;
    }
    answer(exchange, outcome.getBytes());
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void certificate(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    try (InputStream file = TlsTesting.loadCert(path.substring(path.lastIndexOf('/') + 1))) {
      answer(exchange, file.readAllBytes());
    }
  }

  private static String runCase(Asked asked) throws Exception {
    TestServiceClient.main(asked.flagsWithToken());
    return "OK";
  }

  /**
   * Two calls that say nothing once they are open: one whose server has begun to answer, and one
   * whose server is asked for nothing.
   */
  private static String outlive(Asked asked) throws Exception {
    ManagedChannel channel = asked.channel();
    try {
      var credentials = OAuth2Credentials.create(new AccessToken(asked.token(), null));
      var stub =
          TestServiceGrpc.newStub(channel)
              .withCallCredentials(MoreCallCredentials.from(credentials));
      Listener answered = new Listener();
      stub.fullDuplexCall(answered)
          .onNext(
              StreamingOutputCallRequest.newBuilder()
                  .addResponseParameters(ResponseParameters.newBuilder().setSize(9))
                  .build());
      answered.answered.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      Listener unanswered = new Listener();
      stub.fullDuplexCall(unanswered);
      return answered.ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS)
          + "\n"
          + unanswered.ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }
}
