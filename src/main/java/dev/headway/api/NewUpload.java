package dev.headway.api;

import java.util.Optional;

/**
 * What somebody wants to upload, as they describe it; not checked yet.
 *
 * @param fileSize in bytes
 * @param contentType advice only: the extension of the name decides the type
 */
public record NewUpload(String fileName, long fileSize, Optional<String> contentType) {}
