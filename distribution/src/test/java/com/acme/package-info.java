/**
 * An application as a stranger would write it. Tests pack it into a jar that knows the engine only by its API, and submit
 * it. Start at {@link com.acme.Scenarios}.
 */
package com.acme;
