package dev.headway.api;

import dev.headway.status.OwnerId;

/** Reads leads, always of one owner only. Blocking: virtual threads or a Lambda. */
public interface Leads {
  /**
   * One page.
   *
   * @throws ProblemException with {@code INVALID_REQUEST} for a cursor that this did not hand out
   */
  LeadPage find(OwnerId owner, LeadQuery query);
}
