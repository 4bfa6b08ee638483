package dev.bearward.app;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.Permit;
import dev.bearward.config.GatewaySettings;
import dev.bearward.config.Places;
import dev.bearward.http.CanonicalPath;
import dev.bearward.http.Check;
import dev.bearward.http.Check.Standing;
import dev.bearward.http.Checks;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.server.Rehearsal.Rehearsed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Why the gateway does what it does with one request: every check with what decided, the line of
 * the configuration, and the response or what goes upstream. The decision and the response are the
 * running gateway's own; where the checks would tell otherwise, the decision counts.
 *
 * @param checks in the order of the request path
 * @param reason of the refusal, or of what would be one where the route only reports; null for none
 * @param response as a client would get it, or empty where the upstream answers
 */
public record Explanation(
    List<Check> checks, @Nullable Reason reason, String response, List<String> lines) {

  /**
   * Explains a request.
   *
   * @param keys files of key sets, by issuer
   * @throws IOException when a file cannot be used; the message names it
   */
  public static Explanation of(
      GatewaySettings settings, Places places, Map<String, Path> keys, Question question)
      throws IOException {
    var gateway = new OfflineGateway(settings, keys, InstantSource.fixed(question.at()));
    Rehearsed rehearsed = gateway.rehearse(question);
    Permit permit = gateway.forwarder().permit();
    Reason reported = permit == null ? null : permit.reported();
    Reason reason = rehearsed.reason() == null ? reported : rehearsed.reason();
    List<Check> checks = agreed(found(gateway, rehearsed, question), reason);
    String response = rehearsed.response();
    var concealed = new Concealed(question.secrets());
    var lines = new ArrayList<String>();
    lines.add("at " + question.at());
    lines.addAll(new CheckLines(settings, places).of(checks));
    lines.add("");
    if (permit != null && response.isEmpty()) {
      lines.addAll(OnwardLines.of(settings, permit, rehearsed.head(), gateway.forwarder().head()));
    } else {
      lines.add(reason == null ? "answered by the gateway:" : "refused: " + reason.label());
      lines.add("");
      lines.addAll(List.of(response.split("\r?\n", -1)));
    }
    return new Explanation(checks, reason, response, lines.stream().map(concealed::of).toList());
  }

  private static List<Check> found(OfflineGateway gateway, Rehearsed rehearsed, Question question) {
    var checks = new Checks();
    RequestHead head = rehearsed.head();
    AccessDecision decision = rehearsed.decision();
    if (head == null || decision == null) {
      Reason reason = rehearsed.reason();
      if (reason == Reason.AMBIGUOUS_PATH) {
        checks.pass(Reason.BAD_REQUEST, "well-formed HTTP", null);
        checks.fail(reason, "the path has " + ambiguity(question), null);
      }
      return checks.all();
    }
    checks.pass(
        Reason.BAD_REQUEST, "well-formed HTTP, addressed to " + head.authority().value(), null);
    if (rehearsed.reason() != Reason.AMBIGUOUS_PATH) {
      checks.pass(Reason.AMBIGUOUS_PATH, head.path().value(), null);
    }
    gateway.checks().add(checks, head, decision);
    return checks.all();
  }

  private static String ambiguity(Question question) {
    String path = question.target().replaceFirst("^https?://[^/?]*", "").replaceFirst("\\?.*$", "");
    return CanonicalPath.parse(path) instanceof CanonicalPath.Ambiguous(String why)
        ? why
        : Reason.AMBIGUOUS_PATH.detail();
  }

  /** The checks as far as they agree with the decision, which is the last word. */
  static List<Check> agreed(List<Check> found, @Nullable Reason reason) {
    int failed =
        IntStream.range(0, found.size())
            .filter(i -> found.get(i).standing() == Standing.FAIL)
            .findFirst()
            .orElse(found.size());
    var agreed = new ArrayList<Check>(found.subList(0, failed));
    if (reason == null) {
      return List.copyOf(agreed);
    }
    boolean same = failed < found.size() && found.get(failed).name().equals(reason.label());
    agreed.add(
        same ? found.get(failed) : new Check(reason.label(), Standing.FAIL, reason.detail(), null));
    return List.copyOf(agreed);
  }
}
