package dev.headway.api;

import java.util.List;
import java.util.Optional;

/**
 * One page of leads.
 *
 * @param nextCursor where the next page begins; empty after the last one
 */
public record LeadPage(List<Lead> leads, Optional<String> nextCursor) {}
