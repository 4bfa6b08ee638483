package dev.bearward.app;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tokens of identity providers as these make them, and variants that must not pass. Each provider
 * is the heading of docs/identity-providers.md that tells how to protect an API with its tokens.
 *
 * @param provider the heading, with the number of its block where it has several
 * @param require what the route demands
 * @param bareKeys whether its key set names no algorithm and no use
 * @param header the header
 * @param claims the claims of a good token, but for times
 * @param variants reason and what is changed for it, null standing for a claim taken away
 */
record ProviderTokens(
    String provider,
    String require,
    boolean bareKeys,
    Map<String, Object> header,
    Map<String, Object> claims,
    List<Variant> variants) {
  /** What is changed of a good token, and the reason why it is refused then. */
  record Variant(String reason, Map<String, Object> changes) {}

  private static final String TABLE =
      """
      Auth0 | {scopes: ["read:appointments"]}
      header {"alg":"RS256","typ":"JWT","kid":"K"}
      good {"iss":"https://tenant.eu.auth0.com/","sub":"auth0|62f0a1","aud":["https://api.example.com","https://tenant.eu.auth0.com/userinfo"],"azp":"Zk3spa","scope":"openid profile read:appointments","permissions":["read:appointments"]}
      wrong_audience {"aud":"Zk3spa","nonce":"n","sid":"s","scope":null}
      unknown_issuer {"iss":"https://other.eu.auth0.com/"}
      unknown_issuer {"iss":"https://tenant.eu.auth0.com"}
      insufficient_scope {"scope":"openid profile"}

      Okta | {scopes: ["appointments.read"]}
      header {"kid":"K","alg":"RS256"}
      good {"ver":1,"jti":"AT.1","iss":"https://dev-123456.okta.com/oauth2/default","aud":"api://default","cid":"0oa1","uid":"00u1","scp":["openid","appointments.read"],"auth_time":1650000000,"sub":"alice@example.com"}
      wrong_audience {"aud":"0oa1","amr":["pwd"],"idp":"00o1","scp":null,"at_hash":null}
      wrong_type {"at_hash":"MTIzNDU2Nzg5MDEyMzQ1Ng"}
      insufficient_scope {"scp":["openid","appointments.readwrite"]}

      Microsoft Entra ID | {scopes: ["access_as_user"]}
      bare
      header {"typ":"JWT","alg":"RS256","kid":"K"}
      good {"aud":"66666666-7777-8888-9999-000000000000","iss":"https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0","aio":"ATQ","azp":"abcd","azpacr":"0","name":"Alice","oid":"o","preferred_username":"alice@contoso.com","rh":"0.AX","scp":"access_as_user","sub":"s","tid":"11111111-2222-3333-4444-555555555555","uti":"u","ver":"2.0"}
      insufficient_scope {"scp":null,"nonce":"n"}
      unknown_issuer {"iss":"https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/v2.0"}
      unknown_issuer {"iss":"https://login.microsoftonline.com/common/v2.0"}
      wrong_audience {"aud":"00000003-0000-0000-c000-000000000000"}

      Microsoft Entra ID 2 | {claims: [{claim: roles, contains: Appointments.Read}]}
      bare
      header {"typ":"JWT","alg":"RS256","x5t":"K","kid":"K"}
      good {"aud":"api://appointments","iss":"https://sts.windows.net/11111111-2222-3333-4444-555555555555/","aio":"E2","appid":"abcd","appidacr":"1","idp":"https://sts.windows.net/11111111-2222-3333-4444-555555555555/","idtyp":"app","oid":"o","rh":"0.AX","roles":["Appointments.Read"],"sub":"o","tid":"11111111-2222-3333-4444-555555555555","uti":"u","ver":"1.0"}
      claim_mismatch {"roles":["Appointments.ReadAll"]}
      wrong_audience {"aud":"https://graph.microsoft.com"}

      Microsoft Entra ID 3 | {scopes: ["read"]}
      bare
      header {"alg":"RS256","kid":"K","typ":"JWT"}
      good {"iss":"https://contoso.b2clogin.com/11111111-2222-3333-4444-555555555555/v2.0/","sub":"s","aud":"66666666-7777-8888-9999-000000000000","nonce":"n","azp":"abcd","scp":"read write","tfp":"B2C_1_signin","ver":"1.0"}
      insufficient_scope {"scp":null,"at_hash":null}

      AD FS | {scopes: ["openid"]}
      bare
      header {"typ":"JWT","alg":"RS256","x5t":"K","kid":"K"}
      good {"aud":"microsoft:identityserver:appointments","iss":"http://adfs.example.com/adfs/services/trust","apptype":"Public","appid":"abcd","authmethod":"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport","auth_time":"2026-11-26T07:00:00.000Z","ver":"1.0","scp":"openid"}
      unknown_issuer {"iss":"https://adfs.example.com/adfs","aud":"abcd","scp":null}

      Amazon Cognito | {scopes: ["appointments/read"]}
      header {"kid":"K","alg":"RS256"}
      good {"sub":"s","device_key":"d","cognito:groups":["doctors"],"iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI","version":2,"client_id":"7example23fake45client67","origin_jti":"o","event_id":"e","token_use":"access","scope":"appointments/read openid","auth_time":1650000000,"username":"alice","jti":"j"}
      wrong_type {"token_use":"id","aud":"7example23fake45client67","client_id":null}
      wrong_type {"token_use":"id","at_hash":"x"}
      wrong_audience {"client_id":"another"}
      missing_claim {"client_id":null}
      insufficient_scope {"scope":"aws.cognito.signin.user.admin"}

      Google | {claims: [{claim: email_verified, equals: true}, {claim: hd, equals: example.com}]}
      header {"alg":"RS256","kid":"K","typ":"JWT"}
      good {"iss":"https://accounts.google.com","azp":"1234567890-abc.apps.googleusercontent.com","aud":"1234567890-abc.apps.googleusercontent.com","sub":"110169484474386276334","hd":"example.com","email":"a@example.com","email_verified":true,"at_hash":"HK6E_P6Dh8Y93mRNtsDB1Q"}
      wrong_audience {"aud":"999.apps.googleusercontent.com"}
      claim_mismatch {"hd":"elsewhere.com"}
      claim_mismatch {"hd":null}
      claim_mismatch {"email_verified":"true"}

      Firebase | {claims: [{claim: [firebase, sign_in_provider], equals: password}]}
      header {"alg":"RS256","kid":"K","typ":"JWT"}
      good {"iss":"https://securetoken.google.com/my-project","aud":"my-project","auth_time":1650000000,"user_id":"u","sub":"u","email":"a@example.com","email_verified":false,"firebase":{"identities":{"email":["a@example.com"]},"sign_in_provider":"password"}}
      unknown_issuer {"iss":"https://securetoken.google.com/other-project","aud":"other-project"}
      claim_mismatch {"firebase":{"sign_in_provider":"anonymous"}}

      GitHub Actions | {claims: [{claim: ref, equals: refs/heads/main}]}
      header {"typ":"JWT","alg":"RS256","x5t":"K","kid":"K"}
      good {"jti":"j","sub":"repo:octo-org/octo-repo:ref:refs/heads/main","aud":"https://api.example.com","ref":"refs/heads/main","sha":"x","repository":"octo-org/octo-repo","repository_owner":"octo-org","repository_owner_id":"123456","run_id":"1","actor":"octocat","event_name":"push","ref_type":"branch","job_workflow_ref":"octo-org/octo-repo/.github/workflows/w.yml@refs/heads/main","iss":"https://token.actions.githubusercontent.com"}
      claim_mismatch {"repository_owner_id":"654321","repository_owner":"octo-org"}
      claim_mismatch {"repository_owner_id":123456}
      claim_mismatch {"ref":"refs/pull/1/merge"}
      wrong_audience {"aud":"https://github.com/octo-org"}

      GitLab | {}
      header {"kid":"K","typ":"JWT","alg":"RS256"}
      good {"iss":"https://gitlab.example.com","aud":"https://api.example.com","sub":"project_path:group/app:ref_type:branch:ref:main","namespace_id":"1","namespace_path":"group","project_path":"group/app","ref":"main","ref_protected":"true","jti":"j"}
      claim_mismatch {"ref_protected":"false"}
      claim_mismatch {"namespace_path":"group2"}

      Kubernetes | {}
      header {"alg":"RS256","kid":"K"}
      good {"aud":["appointments"],"iss":"https://kubernetes.default.svc.cluster.local","jti":"j","kubernetes.io":{"namespace":"shop","node":{"name":"n","uid":"u"},"pod":{"name":"p","uid":"u"},"serviceaccount":{"name":"cart","uid":"u"},"warnafter":1650000000},"sub":"system:serviceaccount:shop:cart"}
      wrong_audience {"aud":["https://kubernetes.default.svc.cluster.local"]}
      claim_mismatch {"kubernetes.io":{"namespace":"other"}}
      missing_claim {"kubernetes.io":null}
      unknown_issuer {"iss":"kubernetes/serviceaccount","aud":null}

      Keycloak | {claims: [{claim: [realm_access, roles], contains: doctor}]}
      header {"alg":"RS256","typ":"JWT","kid":"K"}
      good {"jti":"trrtcc:1","iss":"https://sso.example.com/realms/clinic","aud":["appointments-api","account"],"sub":"s","typ":"Bearer","azp":"spa","sid":"x","acr":"1","allowed-origins":["https://spa.example.com"],"realm_access":{"roles":["doctor","offline_access"]},"resource_access":{"account":{"roles":["manage-account"]}},"scope":"openid email"}
      wrong_type {"typ":"ID","at_hash":"x"}
      wrong_type {"typ":"Refresh"}
      wrong_audience {"aud":"account"}
      missing_claim {"aud":null}
      claim_mismatch {"realm_access":{"roles":["nurse"]}}

      ZITADEL | {claims: [{claim: ["urn:zitadel:iam:org:project:roles", doctor, "345678901234567890"], equals: clinic.zitadel.cloud}]}
      header {"alg":"RS256","kid":"K","typ":"JWT"}
      good {"iss":"https://clinic.zitadel.cloud","sub":"1","aud":["111","234567890123456789"],"client_id":"111","jti":"V2_1-at_2","urn:zitadel:iam:org:project:roles":{"doctor":{"345678901234567890":"clinic.zitadel.cloud"}}}
      claim_mismatch {"urn:zitadel:iam:org:project:roles":{"nurse":{"345678901234567890":"clinic.zitadel.cloud"}}}
      claim_mismatch {"urn:zitadel:iam:org:project:roles":{"doctor":{"999":"elsewhere.zitadel.cloud"}}}

      Ory Hydra | {scopes: [read]}
      header {"alg":"RS256","kid":"K","typ":"JWT"}
      good {"aud":[],"client_id":"spa-client","ext":{"role":"x"},"iss":"https://hydra.example.com","jti":"j","scp":["offline","read"],"sub":"s"}
      wrong_audience {"client_id":"another-client"}
      insufficient_scope {"scp":["offline"]}

      Dex | {claims: [{claim: groups, contains: "org:team"}]}
      header {"alg":"RS256","kid":"K"}
      good {"iss":"https://dex.example.com","sub":"CgYxMjM0NTYSBmdpdGh1Yg","aud":"appointments","at_hash":"HK6E_P6Dh8Y93mRNtsDB1Q","c_hash":"HK6E_P6Dh8Y93mRNtsDB1Q","email":"a@example.com","email_verified":true,"groups":["org:team"],"federated_claims":{"connector_id":"github"}}
      wrong_audience {"aud":"other-client"}
      claim_mismatch {"groups":["org:other"]}
      missing_claim {"sub":null}
      wrong_type {"events":{"http://schemas.openid.net/event/backchannel-logout":{}}}

      authentik | {scopes: [appointments]}
      header {"alg":"RS256","kid":"K","typ":"JWT"}
      good {"iss":"https://authentik.example.com/application/o/appointments/","sub":"s","aud":"Qexample0client","acr":"goauthentik.io/providers/oauth2/default","azp":"Qexample0client","uid":"u","scope":"openid appointments","auth_time":1650000000,"amr":["pwd"],"jti":"j"}
      wrong_type {"at_hash":"HK6E_P6Dh8Y93mRNtsDB1Q","scope":null}
      insufficient_scope {"scope":null}

      FusionAuth | {claims: [{claim: roles, contains: user}]}
      header {"alg":"RS256","gty":["authorization_code"],"kid":"K","typ":"JWT"}
      good {"aud":"85a03867-dccf-4882-adde-1a79aeec50df","iss":"acme.com","sub":"s","jti":"j","authenticationType":"PASSWORD","applicationId":"85a03867-dccf-4882-adde-1a79aeec50df","roles":["user"],"auth_time":1650000000,"tid":"t","scope":"openid"}
      wrong_audience {"aud":"3c219e58-ed0e-4b18-ad48-f4f92793ae32"}
      claim_mismatch {"roles":[]}

      PingOne | {scopes: [read]}
      header {"alg":"RS256","kid":"K"}
      good {"client_id":"c","iss":"https://auth.pingone.eu/11111111-2222-3333-4444-555555555555/as","jti":"j","aud":["https://api.example.com"],"scope":"openid read","sub":"s","sid":"x","env":"e","org":"o","p1.rid":"r"}
      wrong_audience {"aud":["https://api.pingone.eu"]}

      Spring Authorization Server | {scopes: [message.read]}
      header {"kid":"K","alg":"RS256"}
      good {"sub":"messaging-client","aud":"messaging-client","scope":["message.read"],"iss":"https://auth.example.com","jti":"j"}
      insufficient_scope {"scope":["message.write"]}
      insufficient_scope {"scope":null,"azp":"messaging-client","auth_time":1650000000,"sid":"x","nonce":"n"}

      Duende IdentityServer | {scopes: [read]}
      header {"alg":"RS256","kid":"K","typ":"at+jwt"}
      good {"iss":"https://identity.example.com","aud":"urn:appointments","scope":["openid","read"],"amr":["pwd"],"client_id":"spa","sub":"s","auth_time":1650000000,"idp":"local","sid":"x","jti":"j"}
      missing_claim {"sub":null}
      missing_claim {"aud":null}
      insufficient_scope {"scope":["openid"]}

      WSO2 Identity Server | {scopes: [read]}
      header {"x5t":"K","kid":"K","typ":"at+jwt","alg":"RS256"}
      good {"sub":"s","aut":"APPLICATION_USER","iss":"https://is.example.com:9443/oauth2/token","client_id":"Xexample0client","aud":"Xexample0client","azp":"Xexample0client","scope":"openid read","jti":"j","org_id":"o"}
      wrong_audience {"aud":"another"}

      Salesforce | {scopes: [api]}
      header {"tnk":"core/prod/00D000000000000EAA","ver":"1.0","kid":"K","tty":"sfdc-core-token","typ":"JWT","alg":"RS256"}
      good {"scp":"refresh_token api","sub":"uid:005000000000000AAA","aud":["https://mydomain.my.salesforce.com"],"roles":[],"iss":"https://mydomain.my.salesforce.com","mty":"oauth","sfi":"x","hsc":false,"client_id":"c"}
      insufficient_scope {"scp":"refresh_token web"}

      Supabase | {claims: [{claim: role, equals: authenticated}]}
      header {"alg":"ES256","kid":"K","typ":"JWT"}
      good {"aal":"aal1","amr":[{"method":"password","timestamp":1650000000}],"app_metadata":{"provider":"email"},"aud":"authenticated","email":"a@example.com","is_anonymous":false,"iss":"https://abcdefghijkl.supabase.co/auth/v1","phone":"","role":"authenticated","session_id":"x","sub":"s","user_metadata":{}}
      missing_claim {"role":"anon","aud":null,"sub":null}
      claim_mismatch {"role":"service_role"}

      Clerk | {}
      header {"alg":"RS256","cat":"cl_B7d4PD111AAA","kid":"K","typ":"JWT"}
      good {"azp":"https://app.example.com","fva":[1,-1],"iss":"https://example.clerk.accounts.dev","sid":"sess_1","sub":"user_1","v":2}
      wrong_audience {"azp":"https://evil.example"}
      missing_claim {"azp":null}
      """;

  /** All providers. */
  static List<ProviderTokens> all() {
    List<ProviderTokens> all = new ArrayList<>();
    for (String block : TABLE.split("\n\n", -1)) {
      all.add(read(block.lines().toList()));
    }
    return List.copyOf(all);
  }

  private static ProviderTokens read(List<String> lines) {
    String[] title = lines.getFirst().split(" \\| ", 2);
    Map<String, Object> header = Map.of();
    Map<String, Object> claims = Map.of();
    List<Variant> variants = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", 2);
      switch (words[0]) {
        case "bare" -> {}
        case "header" -> header = json(words[1]);
        case "good" -> claims = json(words[1]);
        default -> variants.add(new Variant(words[0], json(words[1])));
      }
    }
    return new ProviderTokens(
        title[0], title[1], lines.contains("bare"), header, claims, List.copyOf(variants));
  }

  private static Map<String, Object> json(String text) {
    try {
      return JSONObjectUtils.parse(text);
    } catch (ParseException e) {
      throw new AssertionError(text, e);
    }
  }

  /** The claims of a good token with those changes. */
  Map<String, Object> claims(Map<String, Object> changes) {
    Map<String, Object> changed = new LinkedHashMap<>(claims);
    changes.forEach((name, value) -> {
      if (value == null) {
        changed.remove(name);
      } else {
        changed.put(name, value);
      }
    });
    return changed;
  }

  /** A name for configuration and path. */
  String slug() {
    return provider.toLowerCase(Locale.ROOT).replace(' ', '-');
  }

  @Override
  public String toString() {
    return provider;
  }
}
