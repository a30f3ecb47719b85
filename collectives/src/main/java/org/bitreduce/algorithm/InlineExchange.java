// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** What is left of a call whose vectors have all come with the agreement: to combine them, on every rank. */
final class InlineExchange implements Schedule {

    private final Channel channel;
    private final WorkMeter meter;
    private final long bytes;
    private final Runnable combination;
    private boolean done;

    /**
     * Prepares the only step.
     *
     * @param bytes of all ranks' vectors
     * @param combination writes the result of the call
     */
    InlineExchange(Channel channel, WorkMeter meter, long bytes, Runnable combination) {
        this.channel = channel;
        this.meter = meter;
        this.bytes = bytes;
        this.combination = combination;
    }

    @Override
    public boolean advance() {
        long started = System.nanoTime();
        if (meter.spend(Work.COMBINE, bytes)) {
            combination.run();
            meter.done(Work.COMBINE, bytes);
        }
        channel.countCodec(started);
        done = true;
        return true;
    }

    @Override
    public void restart() {
        done = false;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        return "its own arithmetic";
    }
}
