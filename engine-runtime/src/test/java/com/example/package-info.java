/** Programs as users write them, outside the engine's packages, so that errors name their lines. */
package com.example;
