package dev.headway.store;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands one {@link DynamoDbLocal} to all test classes that ask for it in their constructor, starts
 * it with the first of them and stops it after the last. Tests keep apart by their upload ids, or
 * by tables of their own.
 */
public final class SharedDynamoDbLocal implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
    return parameter.getParameter().getType() == DynamoDbLocal.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
    // What is AutoCloseable in the root store, JUnit closes at the very end.
    return extension
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedDynamoDbLocal.class))
        .computeIfAbsent(DynamoDbLocal.class, _ -> DynamoDbLocal.start(), DynamoDbLocal.class);
  }
}
