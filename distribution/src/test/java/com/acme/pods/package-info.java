/** An application for the tests on a cluster. */
package com.acme.pods;
