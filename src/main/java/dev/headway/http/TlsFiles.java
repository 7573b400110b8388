package dev.headway.http;

import java.nio.file.Path;

/**
 * What the service proves its name with. Read once, at the start.
 *
 * @param certificate PEM, the service's own first and then those that sign it
 * @param key PEM, PKCS#8 or PKCS#1, without a password
 */
public record TlsFiles(Path certificate, Path key) {}
