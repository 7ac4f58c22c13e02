/**
 * What must not change an answer: executors killed, frozen and replaced, damaged files, full disks, user code that ends
 * its process. Real processes throughout; {@link com.example.faults.Gate} says exactly when a fault happens.
 */
package com.example.faults;
