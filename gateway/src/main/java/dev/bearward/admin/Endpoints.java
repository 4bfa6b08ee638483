package dev.bearward.admin;

import dev.bearward.observe.Exposition;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Answers what the door let through, from the view of the gateway. */
final class Endpoints {
  private final GatewayView view;
  private final InstantSource clock;

  Endpoints(GatewayView view, InstantSource clock) {
    this.view = view;
    this.clock = clock;
  }

  /**
   * Answers a request.
   *
   * @param accept value of its Accept field, or null
   * @param body its whole body
   */
  CompletionStage<Answer> answer(Endpoint endpoint, @Nullable String accept, byte[] body) {
    return switch (endpoint) {
      case Endpoint.Live() -> now(live());
      case Endpoint.Ready() -> now(ready());
      case Endpoint.Metrics() -> now(metrics(accept));
      case Endpoint.Issuers() ->
          now(Answer.json(200, Json.issuers(view.issuers(), clock.instant())));
      case Endpoint.Routes() -> now(Answer.json(200, Json.routes(view.routes())));
      case Endpoint.Upstreams() -> now(Answer.json(200, UpstreamJson.upstreams(view.upstreams())));
      case Endpoint.RefreshIssuer(String name) ->
          view.refreshIssuer(name).thenApply(this::refreshed);
      case Endpoint.Revocations() -> now(Answer.json(200, Json.revocations(view.revocations())));
      case Endpoint.Revoke() -> view.revoke(body).thenApply(Endpoints::revoked);
    };
  }

  private Answer live() {
    boolean live = view.live();
    return Answer.json(live ? 200 : 503, Json.live(live));
  }

  private Answer ready() {
    List<String> missing = view.missing();
    return Answer.json(missing.isEmpty() ? 200 : 503, Json.ready(missing));
  }

  private Answer metrics(@Nullable String accept) {
    Exposition exposition = view.metrics(accept);
    return new Answer(200, exposition.contentType(), exposition.text(), List.of());
  }

  private Answer refreshed(GatewayView.Refresh refresh) {
    return switch (refresh) {
      case GatewayView.NoSuchIssuer() -> Answer.problem(404, "no issuer has this name");
      case GatewayView.Tried(var state) ->
          Answer.json(state.lastError() == null ? 200 : 502, Json.issuer(state, clock.instant()));
    };
  }

  private static Answer revoked(GatewayView.Revoking revoking) {
    return switch (revoking) {
      case GatewayView.Revoked revoked -> Answer.json(200, Json.revoked(revoked));
      case GatewayView.NotRevoked(String problem) -> Answer.problem(400, problem);
      case GatewayView.RevocationsFull(int limit) ->
          Answer.problem(
              507, "nothing was revoked: there are " + limit + " revocations, which is the most");
    };
  }

  private static CompletionStage<Answer> now(Answer answer) {
    return CompletableFuture.completedStage(answer);
  }
}
