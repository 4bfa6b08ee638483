package dev.bearward.demo.appointments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.demo.web.Http;
import dev.bearward.demo.web.WebServer;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample API as the gateway would call it. */
final class AppointmentsApiTest {
  private static final String TEA =
      "{\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00+01:00\",\"minutes\":30}";

  private AppointmentsApi api;

  @BeforeEach
  void start() throws Exception {
    api = AppointmentsApi.start(WebServer.loopback(0), Instant.parse("2026-11-22T08:00:00Z"));
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
  }

  private HttpResponse<String> call(String method, String path, String user, String body) {
    return Http.send(
        method,
        "http://127.0.0.1:" + api.port() + path,
        body,
        "X-User",
        user,
        "Content-Type",
        "application/json");
  }

  private HttpResponse<String> get(String path, String user) {
    return call("GET", path, user, "");
  }

  private HttpResponse<String> create(String user, String body) {
    return call("POST", "/api/appointments", user, body);
  }

  @SuppressWarnings("unchecked")
  private List<Map<String, Object>> list(String what, String user) {
    HttpResponse<String> response = get("/api/" + what, user);
    assertThat(response.statusCode()).isEqualTo(200);
    return (List<Map<String, Object>>) Http.member(response, what);
  }

  @Test
  void list_showsEachUserTheirOwnSampleRowsInOrderOfTime() {
    assertThat(list("appointments", "alice"))
        .extracting(row -> row.get("title"))
        .containsExactly("Dentist", "Lunch with Ines", "Boiler service");
    assertThat(list("appointments", "alice").getFirst())
        .containsEntry("startsAt", "2026-11-23T09:30:00Z")
        .containsEntry("minutes", 45)
        .containsEntry("notes", "Bring the X-rays.");
    assertThat(list("appointments", "bob"))
        .extracting(row -> row.get("title"))
        .containsExactly("Piano lesson", "Eye test");
    assertThat(list("appointments", "somebody-else")).isEmpty();
  }

  @Test
  void contacts_belongToTheirOwner() {
    assertThat(list("contacts", "bob"))
        .extracting(row -> row.get("name"))
        .containsExactly("Jonas Weber", "Priya Raman");
    assertThat(list("contacts", "somebody-else")).isEmpty();
  }

  @Test
  void created_canBeReadAndCancelledOnce() {
    HttpResponse<String> created = create("alice", TEA);
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(Http.json(created))
        .containsEntry("title", "Tea")
        .containsEntry("startsAt", "2026-12-01T14:00:00Z");
    String path = Http.header(created, "Location");
    assertThat(path).isEqualTo("/api/appointments/" + Http.json(created).get("id"));
    assertThat(Http.json(get(path, "alice"))).isEqualTo(Http.json(created));

    HttpResponse<String> cancelled = call("DELETE", path, "alice", "");
    assertThat(cancelled.statusCode()).isEqualTo(204);
    assertThat(cancelled.body()).isEmpty();
    assertThat(get(path, "alice").statusCode()).isEqualTo(404);
    assertThat(call("DELETE", path, "alice", "").statusCode()).isEqualTo(404);
  }

  @Test
  void created_withContactAndNotes_keepsThem() {
    Object contact = list("contacts", "alice").getFirst().get("id");
    HttpResponse<String> created =
        create(
            "alice",
            TEA.replace("}", ",\"notes\":\"Zoë \uD83C\uDF75\",\"contactId\":" + contact + "}"));
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(Http.json(created))
        .containsEntry("notes", "Zoë \uD83C\uDF75")
        .containsEntry("contact", Map.of("id", contact, "name", "Ines Moreau"));
  }

  @Test
  void othersAppointments_areAsIfTheyDidNotExist() {
    String path = "/api/appointments/" + list("appointments", "alice").getFirst().get("id");
    assertThat(get(path, "alice").statusCode()).isEqualTo(200);
    assertThat(get(path, "bob").statusCode()).isEqualTo(404);
    assertThat(call("DELETE", path, "bob", "").statusCode()).isEqualTo(404);
    assertThat(get(path, "alice").statusCode()).isEqualTo(200);
  }

  @Test
  void othersContacts_cannotBeUsed() {
    Object bobs = list("contacts", "bob").getFirst().get("id");
    HttpResponse<String> answer = create("alice", TEA.replace("}", ",\"contactId\":" + bobs + "}"));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(fields(answer)).containsExactly("contactId");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "01",
        "x",
        "1.0",
        "1e3",
        "999999999999999999",
        "9223372036854775808",
        "99999999999999999999999999999999999999",
        "%31",
        "1%20",
        "1'--",
        "1/",
        ""
      })
  void id_thatIsNoId_is404(String id) {
    assertThat(get("/api/appointments/" + id, "alice").statusCode()).isEqualTo(404);
    assertThat(call("DELETE", "/api/appointments/" + id, "alice", "").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "title     | {\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":30}",
        "title     | {\"title\":\"  \",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":30}",
        "title     | {\"title\":7,\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":30}",
        "title     | {\"title\":\"a\\u0000b\",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":30}",
        "title     | {\"title\":\"a\\ud800b\",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":30}",
        "startsAt  | {\"title\":\"Tea\",\"minutes\":30}",
        "startsAt  | {\"title\":\"Tea\",\"startsAt\":\"tomorrow\",\"minutes\":30}",
        "startsAt  | {\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00\",\"minutes\":30}",
        "startsAt  | {\"title\":\"Tea\",\"startsAt\":\"2026-02-30T15:00:00Z\",\"minutes\":30}",
        "startsAt  | {\"title\":\"Tea\",\"startsAt\":\"+999999999-01-01T00:00:00Z\",\"minutes\":30}",
        "startsAt  | {\"title\":\"Tea\",\"startsAt\":1764601200,\"minutes\":30}",
        "minutes   | {\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00Z\"}",
        "minutes   | {\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":4}",
        "minutes   | {\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":1441}",
        "minutes   | {\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":30.5}",
        "minutes   | {\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":1e400}",
        "minutes   | {\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":99999999999999999999}",
        "notes     | {\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":30,\"notes\":[]}",
        "contactId | {\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":30,\"contactId\":\"1\"}",
        "contactId | {\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":30,\"contactId\":0}",
        "owner     | {\"title\":\"Tea\",\"startsAt\":\"2026-12-01T15:00:00Z\",\"minutes\":30,\"owner\":\"bob\"}",
      })
  void create_withAWrongField_namesIt(String field, String body) {
    HttpResponse<String> answer = create("alice", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Http.header(answer, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(fields(answer)).containsExactly(field);
    assertThat(list("appointments", "alice")).hasSize(3);
  }

  @Test
  void create_withSeveralWrongFields_namesThemAll() {
    assertThat(fields(create("alice", "{\"minutes\":0}")))
        .containsExactly("title", "startsAt", "minutes");
  }

  @SuppressWarnings("unchecked")
  private static List<Object> fields(HttpResponse<String> answer) {
    List<Map<String, Object>> errors = (List<Map<String, Object>>) Http.member(answer, "errors");
    return errors.stream().map(error -> error.get("field")).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "{} {}",
        "{\"title\":\"a\",\"title\":\"b\"}",
        "{\"title\":NaN}",
        "{\"minutes\":01}"
      })
  void create_withoutOneJsonObject_is400(String body) {
    assertThat(create("alice", body).statusCode()).isEqualTo(400);
  }

  @Test
  void create_withHostileJson_is400AndNothingBreaks() {
    assertThat(create("alice", "{\"a\":".repeat(3000)).statusCode()).isEqualTo(400);
    assertThat(create("alice", "{\"minutes\":" + "9".repeat(2000) + "}").statusCode())
        .isEqualTo(400);
    assertThat(get("/api/appointments", "alice").statusCode()).isEqualTo(200);
  }

  @Test
  void create_withTooLongABody_is413() {
    String body = TEA.replace("Tea", "T".repeat(AppointmentsApi.MAX_BODY_BYTES));
    assertThat(create("alice", body).statusCode()).isEqualTo(413);
  }

  @Test
  void create_withAnotherContentType_is415() {
    HttpResponse<String> answer =
        Http.send(
            "POST",
            "http://127.0.0.1:" + api.port() + "/api/appointments",
            TEA,
            "X-User",
            "alice",
            "Content-Type",
            "text/plain");
    assertThat(answer.statusCode()).isEqualTo(415);
  }

  @Test
  void create_beyondTheMostThatAreKept_is409() {
    for (int i = 0; i < AppointmentStore.MAX_PER_OWNER; i++) {
      assertThat(create("carol", TEA).statusCode()).isEqualTo(201);
    }
    assertThat(create("carol", TEA).statusCode()).isEqualTo(409);
    assertThat(create("alice", TEA).statusCode()).isEqualTo(201);
  }

  @Test
  void identity_missingRepeatedOrBlank_saysToComeThroughTheGateway() {
    String uri = "http://127.0.0.1:" + api.port() + "/api/appointments";
    for (HttpResponse<String> answer :
        List.of(
            Http.get(uri),
            Http.get(uri, "X-User", " "),
            Http.get(uri, "X-User", "u".repeat(256)),
            Http.get(uri, "X-User", "alice", "X-User", "bob"))) {
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(Http.json(answer))
          .containsEntry("title", "Identity header missing")
          .containsEntry(
              "detail", "This API expects one X-User header: call it through the gateway.");
    }
  }

  @Test
  void authorization_isNeverLookedAt() {
    HttpResponse<String> answer =
        Http.get(
            "http://127.0.0.1:" + api.port() + "/api/appointments",
            "X-User",
            "bob",
            "Authorization",
            "Bearer nonsense");
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void otherMethods_are405WithAllow() {
    HttpResponse<String> all = call("PUT", "/api/appointments", "alice", TEA);
    assertThat(all.statusCode()).isEqualTo(405);
    assertThat(Http.header(all, "Allow")).isEqualTo("GET, HEAD, POST");
    HttpResponse<String> one = call("POST", "/api/appointments/1", "alice", TEA);
    assertThat(one.statusCode()).isEqualTo(405);
    assertThat(Http.header(one, "Allow")).isEqualTo("GET, HEAD, DELETE");
    assertThat(call("DELETE", "/api/contacts", "alice", "").statusCode()).isEqualTo(405);
  }

  @Test
  void head_hasTheHeadersOfGetAndNoBody() {
    HttpResponse<String> head = call("HEAD", "/api/appointments", "alice", "");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void health_needsNoIdentity() {
    HttpResponse<String> answer = Http.get("http://127.0.0.1:" + api.port() + "/health");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Http.json(answer)).containsEntry("status", "ok");
  }

  @Test
  void otherPaths_are404() {
    assertThat(get("/", "alice").statusCode()).isEqualTo(404);
    assertThat(get("/api/appointmentsx", "alice").statusCode()).isEqualTo(404);
    assertThat(get("/api/", "alice").statusCode()).isEqualTo(404);
  }
}
