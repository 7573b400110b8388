package dev.headway.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.headway.status.UploadId;

/**
 * A lead as its owner sees it. Text fields are empty where nothing is known.
 *
 * @param sourceFile the name of the file that it came from last
 * @param uploadId the upload that it came from last
 * @param createdAt ISO 8601 instant
 * @param updatedAt ISO 8601 instant
 */
@JsonPropertyOrder({
  "leadId",
  "firstName",
  "lastName",
  "title",
  "company",
  "email",
  "phone",
  "remarks",
  "sourceFile",
  "uploadId",
  "createdAt",
  "updatedAt"
})
public record Lead(
    String leadId,
    String firstName,
    String lastName,
    String title,
    String company,
    String email,
    String phone,
    String remarks,
    String sourceFile,
    UploadId uploadId,
    String createdAt,
    String updatedAt) {}
