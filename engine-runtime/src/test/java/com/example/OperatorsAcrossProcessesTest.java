package com.example;

/** The contract across executor processes. */
class OperatorsAcrossProcessesTest extends OperatorsContract {
    @Override
    String master() {
        return "local-cluster[2,2,450]";
    }
}
