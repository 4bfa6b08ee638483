package dev.bearward.demo.appointments;

import dev.bearward.demo.web.Json;
import dev.bearward.demo.web.Request;
import dev.bearward.demo.web.Response;
import dev.bearward.demo.web.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** The HTTP side of the sample API: each user sees and changes their own rows only. */
public final class AppointmentsApi implements AutoCloseable {
  /** Set by the gateway from the verified token's {@code sub}; nobody else may reach this port. */
  static final String IDENTITY_HEADER = "X-User";

  static final int MAX_BODY_BYTES = 16 * 1024;
  private static final int MAX_USER_CHARACTERS = 255;
  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,17}");
  private static final String APPOINTMENTS = "/api/appointments";

  private final AppointmentStore store;
  private final WebServer server;

  private AppointmentsApi(AppointmentStore store, InetSocketAddress address) throws IOException {
    this.store = store;
    this.server = WebServer.start(address, this::answer);
  }

  /**
   * Starts with the sample users' rows, dated from {@code now}.
   *
   * @throws java.net.BindException when the port is taken
   */
  public static AppointmentsApi start(InetSocketAddress address, Instant now)
      throws IOException, SQLException {
    AppointmentStore store = new AppointmentStore();
    try {
      SampleRows.addTo(store, now);
      return new AppointmentsApi(store, address);
    } catch (IOException | SQLException failure) {
      store.close();
      throw failure;
    }
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() throws SQLException {
    server.close();
    store.close();
  }

  private Response answer(Request request) throws IOException, SQLException {
    String path = request.path();
    if (path.equals("/health")) {
      return request.method().equals("GET") ? health() : Response.methodNotAllowed("GET, HEAD");
    }
    if (!path.startsWith("/api/")) {
      return Response.notFound();
    }
    Optional<String> user = user(request);
    if (user.isEmpty()) {
      return Response.problem(
          500,
          "Identity header missing",
          "This API expects one " + IDENTITY_HEADER + " header: call it through the gateway.");
    }
    return answer(request, path, user.get());
  }

  private Response answer(Request request, String path, String user)
      throws IOException, SQLException {
    if (path.equals(APPOINTMENTS)) {
      return switch (request.method()) {
        case "GET" -> list(user);
        case "POST" -> create(user, request);
        default -> Response.methodNotAllowed("GET, HEAD, POST");
      };
    }
    if (path.equals("/api/contacts")) {
      return request.method().equals("GET")
          ? contacts(user)
          : Response.methodNotAllowed("GET, HEAD");
    }
    return path.startsWith(APPOINTMENTS + "/")
        ? one(request.method(), user, path.substring(APPOINTMENTS.length() + 1))
        : Response.notFound();
  }

  private static Optional<String> user(Request request) {
    return request
        .header(IDENTITY_HEADER)
        .filter(user -> !user.isBlank() && user.length() <= MAX_USER_CHARACTERS);
  }

  private Response health() throws SQLException {
    store.contacts("");
    return Response.json(200, Map.of("status", "ok"));
  }

  private Response list(String user) throws SQLException {
    List<Map<String, Object>> rows =
        store.appointments(user).stream().map(Appointment::json).toList();
    return Response.json(200, Map.of("appointments", rows));
  }

  private Response contacts(String user) throws SQLException {
    List<Map<String, Object>> rows = store.contacts(user).stream().map(Contact::json).toList();
    return Response.json(200, Map.of("contacts", rows));
  }

  private Response one(String method, String user, String id) throws SQLException {
    if (!method.equals("GET") && !method.equals("DELETE")) {
      return Response.methodNotAllowed("GET, HEAD, DELETE");
    }
    if (!ID.matcher(id).matches()) {
      return noSuchAppointment();
    }
    long number = Long.parseLong(id);
    if (method.equals("DELETE")) {
      return store.cancel(user, number) ? Response.empty(204) : noSuchAppointment();
    }
    return store
        .appointment(user, number)
        .map(found -> Response.json(200, found.json()))
        .orElseGet(AppointmentsApi::noSuchAppointment);
  }

  private Response create(String user, Request request) throws IOException, SQLException {
    if (!request.hasContentType("application/json")) {
      return Response.problem(415, "Unsupported Media Type", "Send application/json.");
    }
    Optional<byte[]> body = request.body(MAX_BODY_BYTES);
    if (body.isEmpty()) {
      return Response.problem(
          413, "Content Too Large", "At most " + MAX_BODY_BYTES + " bytes are read.");
    }
    Optional<Map<String, Object>> members = Json.readObject(body.get());
    if (members.isEmpty()) {
      return Response.problem(400, "Bad Request", "The body is not one JSON object.");
    }
    return switch (Draft.read(members.get())) {
      case Draft.Invalid(List<Draft.FieldError> errors) -> invalid(errors);
      case Draft.Valid draft -> create(user, draft);
    };
  }

  private Response create(String user, Draft.Valid draft) throws SQLException {
    OptionalLong contact = draft.contactId();
    if (contact.isPresent()
        && store.contacts(user).stream().noneMatch(c -> c.id() == contact.getAsLong())) {
      return invalid(List.of(new Draft.FieldError("contactId", "is none of your contacts")));
    }
    Optional<Long> id = store.add(user, draft);
    if (id.isEmpty()) {
      return Response.problem(
          409,
          "Conflict",
          "Cancel one first: at most " + AppointmentStore.MAX_PER_OWNER + " are kept.");
    }
    Appointment created = store.appointment(user, id.get()).orElseThrow();
    return Response.json(201, created.json()).with("Location", APPOINTMENTS + "/" + created.id());
  }

  private static Response invalid(List<Draft.FieldError> errors) {
    return Response.problem(
        422,
        "Unprocessable Content",
        errors.getFirst().field() + ": " + errors.getFirst().detail(),
        Map.of("errors", errors.stream().map(Draft.FieldError::json).toList()));
  }

  private static Response noSuchAppointment() {
    return Response.problem(404, "Not Found", "You have no such appointment.");
  }
}
