package com.example;

/** The contract under {@code local[3]}. */
class OperatorsInOneProcessTest extends OperatorsContract {
    @Override
    String master() {
        return "local[3]";
    }
}
