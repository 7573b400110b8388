package dev.headway.infra;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cognito.AccountRecovery;
import software.amazon.awscdk.services.cognito.AuthFlow;
import software.amazon.awscdk.services.cognito.Mfa;
import software.amazon.awscdk.services.cognito.MfaSecondFactor;
import software.amazon.awscdk.services.cognito.PasswordPolicy;
import software.amazon.awscdk.services.cognito.SignInAliases;
import software.amazon.awscdk.services.cognito.UserPool;
import software.amazon.awscdk.services.cognito.UserPoolClient;
import software.constructs.Construct;

/** Who may upload. The service and the HTTP API both check the pool's access tokens. */
final class Users {
  private static final int PASSWORD_LENGTH = 12;

  private final UserPool pool;
  private final UserPoolClient client;

  Users(Construct scope, Keeping keeping) {
    pool =
        UserPool.Builder.create(scope, "Users")
            // Somebody lets people in; open sign-up would open the model's bill.
            .selfSignUpEnabled(false)
            .signInAliases(SignInAliases.builder().email(true).build())
            .accountRecovery(AccountRecovery.EMAIL_ONLY)
            .mfa(Mfa.REQUIRED)
            .mfaSecondFactor(MfaSecondFactor.builder().sms(false).otp(true).build())
            .passwordPolicy(
                PasswordPolicy.builder()
                    .minLength(PASSWORD_LENGTH)
                    .requireDigits(true)
                    .requireLowercase(true)
                    .requireUppercase(true)
                    .requireSymbols(true)
                    .build())
            .deletionProtection(keeping.data())
            .removalPolicy(keeping.policy())
            .build();
    client =
        UserPoolClient.Builder.create(scope, "Page")
            .userPool(pool)
            .authFlows(AuthFlow.builder().userSrp(true).build())
            .disableOAuth(true)
            .preventUserExistenceErrors(true)
            // A stream ends with its token, and says so a minute before.
            .accessTokenValidity(Duration.hours(1))
            .idTokenValidity(Duration.hours(1))
            .refreshTokenValidity(Duration.days(30))
            .build();
  }

  UserPool pool() {
    return pool;
  }

  UserPoolClient client() {
    return client;
  }

  String clientId() {
    return client.getUserPoolClientId();
  }

  /** Which the tokens name. */
  String issuer() {
    var stack = Stack.of(pool);
    return "https://cognito-idp.%s.%s/%s"
        .formatted(stack.getRegion(), stack.getUrlSuffix(), pool.getUserPoolId());
  }

  String keys() {
    return issuer() + "/.well-known/jwks.json";
  }
}
