/**
 * What a refusal says: the problem document (RFC 9457) that came with it, as far as there was one.
 *
 * @param {Response} response
 * @returns {Promise<{code?: string, title?: string, detail?: string}>}
 */
export async function problemOf(response) {
  try {
    return (await response.json()) ?? {};
  } catch {
    return {}; // a proxy's page, or a body that was cut
  }
}
