package dev.bearward.benchmarks.spring;

import java.security.interfaces.RSAPublicKey;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;

/** Spring Cloud Gateway as a resource server: signature (RS256), exp, iss, aud, scope. */
@SpringBootApplication
public class Peer {
  /** Entry point. */
  public static void main(String[] args) {
    SpringApplication.run(Peer.class, args);
  }

  @Bean
  SecurityWebFilterChain security(ServerHttpSecurity http) {
    return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
        .authorizeExchange(e -> e.anyExchange().hasAuthority("SCOPE_read:appointments"))
        .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
        .build();
  }

  /** The usual decoder, but for the check of typ, which would refuse at+jwt (RFC 9068). */
  @Bean
  ReactiveJwtDecoder decoder(@Value("${rs256}") RSAPublicKey key) {
    var decoder = NimbusReactiveJwtDecoder.withPublicKey(key).validateType(false).build();
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            new JwtTimestampValidator(),
            new JwtIssuerValidator("https://issuer.example/"),
            new JwtClaimValidator<List<String>>(
                "aud", aud -> aud != null && aud.contains("appointments:api"))));
    return decoder;
  }
}
