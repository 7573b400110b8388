package dev.headway.http;

import java.util.List;

/**
 * How a plain {@code EventSource}, which can send no header, proves whose it is.
 *
 * @param ticketSecrets the first one's key makes tickets, all of them open them; none for a key
 *     that is made at the start and is this node's alone
 * @param secureCookies whether the session cookie travels over HTTPS only; nowhere but on a
 *     developer's machine may it do otherwise
 */
public record BrowserAccess(List<TicketSecret> ticketSecrets, boolean secureCookies) {
  public static final BrowserAccess DEFAULT = new BrowserAccess(List.of(), true);

  public BrowserAccess {
    ticketSecrets = List.copyOf(ticketSecrets);
  }
}
