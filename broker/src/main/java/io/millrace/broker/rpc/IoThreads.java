package io.millrace.broker.rpc;

import io.millrace.broker.runtime.FaultHandler;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Netty's threads, shared by both listeners and by the channels to other brokers. Epoll where the machine has it: it costs
 * fewer objects and knows TCP_USER_TIMEOUT; the JDK's selector elsewhere.
 */
public final class IoThreads implements AutoCloseable {

    private final boolean isEpoll = Epoll.isAvailable();
    private final EventLoopGroup group;

    /** @param threads makes and names them; at least one is made */
    public IoThreads(int count, ThreadFactory threads) {
        this.group = new MultiThreadIoEventLoopGroup(
                count, threads, isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** For work that is too long for an event loop of the broker's and must still not block. */
    Executor executor(FaultHandler faults) {
        return task -> group.execute(() -> {
            try {
                task.run();
            } catch (Throwable fault) {
                // Netty would log it and leave the caller without an answer.
                faults.onFault("rpc", fault);
            }
        });
    }

    /** Runs a short task about once a second until the threads end. */
    void everySecond(FaultHandler faults, Runnable task) {
        Executor guarded = executor(faults);
        var unused = group.scheduleAtFixedRate(() -> guarded.execute(task), 1, 1, TimeUnit.SECONDS);
    }

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerChannel> serverChannel() {
        return isEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    Class<? extends Channel> clientChannel() {
        return isEpoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Ends the threads, once servers and channels are closed; waits for them at most ten seconds. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }
}
