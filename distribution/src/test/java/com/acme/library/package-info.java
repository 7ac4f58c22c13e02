/** A library of the application's, in a jar of its own that is named with {@code --jars}. */
package com.acme.library;
