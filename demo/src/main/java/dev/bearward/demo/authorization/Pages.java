package dev.bearward.demo.authorization;

import dev.bearward.demo.web.Html;
import dev.bearward.demo.web.Response;
import java.util.stream.Collectors;

/** The pages that people see. Every value is escaped; nothing is loaded from elsewhere. */
final class Pages {
  static final String STYLE_PATH = "/sign-in.css";

  private Pages() {}

  /** Who is signing in? One button for each sample user, and one to go back. */
  static Response signIn(AuthorizationRequest.Accepted request, String transaction) {
    String people =
        Account.SAMPLES.stream()
            .map(account -> person(account, request.scopes()))
            .collect(Collectors.joining());
    String body =
        """
        <h1>Sign in to %s</h1>
        <p class="lead">Who are you? Below each name is what the app asks for; what is struck out
        is not granted, because that person does not hold it.</p>
        <form method="post" action="/sign-in">
          <input type="hidden" name="transaction" value="%s">
          %s
          <button class="plain" name="choice" value="cancel">Cancel and go back</button>
        </form>
        """
            .formatted(Html.escape(request.client().name()), Html.escape(transaction), people);
    return page(200, "Sign in", body, "'self' " + request.destination().origin());
  }

  private static String person(Account account, Scopes asked) {
    return """
    <button class="person" name="choice" value="%1$s">
      <span class="face face-%1$s" aria-hidden="true">%2$s</span>
      <span class="who"><strong>%3$s</strong><span>%4$s</span></span>
      <span class="scopes">%5$s</span>
    </button>
    """
        .formatted(
            Html.escape(account.subject()),
            Html.escape(account.name().substring(0, 1)),
            Html.escape(account.name()),
            Html.escape(account.about()),
            chips(asked, account.may()));
  }

  private static String chips(Scopes shown, Scopes held) {
    return shown.names().stream()
        .map(name ->
            "<span class=\"scope%s\">%s</span>"
                .formatted(held.has(name) ? "" : " refused", Html.escape(name)))
        .collect(Collectors.joining(" "));
  }

  /** An error that must not travel to an address nobody registered. */
  static Response error(int status, String title, String reason) {
    String body =
        "<h1>%s</h1><p class=\"lead\">%s</p>".formatted(Html.escape(title), Html.escape(reason));
    return page(status, title, body, "'none'");
  }

  /** What this server is, and the link of the documentation, ready to be clicked. */
  static Response home(DevelopmentIssuer issuer) {
    Client client = issuer.clients().getFirst();
    String link =
        "/authorize?scope=appointments%20contacts&audience="
            + issuer.audience()
            + "&response_type=id_token%20token&client_id="
            + client.id()
            + "&redirect_uri="
            + client.redirectUris().getLast()
            + "&state=xyz&nonce=abc";
    String body =
        """
        <h1>Development authorization server</h1>
        <p class="lead">It signs in sample users without a password. Never use it for anything
        but trying Bearward on your own machine.</p>
        <dl>
          <dt>Issuer</dt><dd><code>%1$s</code></dd>
          <dt>Metadata</dt><dd><a href="/.well-known/openid-configuration">openid-configuration</a></dd>
          <dt>Keys</dt><dd><a href="/.well-known/jwks.json">jwks.json</a></dd>
          <dt>Sign-in link</dt><dd><a href="%2$s"><code>%2$s</code></a></dd>
          <dt>A token for curl</dt><dd><code>POST /dev/token {"user":"alice"}</code></dd>
          <dt>A new signing key</dt><dd><code>POST /dev/rotate</code></dd>
        </dl>
        """
            .formatted(Html.escape(issuer.issuer()), Html.escape(link));
    return page(200, "Development authorization server", body, "'none'");
  }

  private static Response page(int status, String title, String body, String formAction) {
    String page =
        """
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>%s</title>
          <link rel="icon" href="data:,">
          <link rel="stylesheet" href="%s">
        </head>
        <body>
          <main>%s</main>
          <footer>Development only: no passwords, keys in memory, loopback.</footer>
        </body>
        </html>
        """
            .formatted(Html.escape(title), STYLE_PATH, body);
    String policy =
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none';"
            + " frame-ancestors 'none'; form-action "
            + formAction;
    return Response.html(status, page)
        .with("Content-Security-Policy", policy)
        .with("X-Frame-Options", "DENY")
        .with("Referrer-Policy", "same-origin");
  }
}
