package io.millrace.lab.junit;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;

/**
 * One way into a server: a port of this machine whose connections lead on to another port. A relay that is cut reads
 * nothing from either side, so that both fill up and wait, as they would for a network that loses every packet; once it
 * is mended everything arrives. The kernel still accepts connections in the meantime, and nobody answers on them.
 *
 * <p>From any thread; all state belongs to {@code loop}.
 */
final class Relay implements AutoCloseable {
    private static final int CLOSE_BY_RESET = 0;

    private final EventLoop loop;
    private final int target;
    private final Channel listener;
    private final Set<Channel> open = new HashSet<>();
    private boolean isCut;

    /** Listens when this returns. */
    Relay(EventLoop loop, int target) throws IOException {
        this.loop = loop;
        this.target = target;
        this.listener = new ServerBootstrap()
                .group(loop, loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_LINGER, CLOSE_BY_RESET)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel accepted) {
                        connect(accepted);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    String endpoint() {
        return "127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Returns once nothing is carried any more, or everything is again. */
    void setCut(boolean cut) {
        onLoop(() -> {
            isCut = cut;
            listener.config().setAutoRead(!cut);
            open.forEach(channel -> channel.config().setAutoRead(!cut));
        });
    }

    /** Refuses connections from now on, and resets those that there are. */
    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        onLoop(() -> Set.copyOf(open).forEach(Relay::end));
    }

    private void onLoop(Runnable task) {
        loop.submit(task).syncUninterruptibly();
    }

    /** Whoever closes a connection has nothing to do when that is done, or when it was closed already. */
    private static void end(Channel channel) {
        var unused = channel.close();
    }

    private void connect(Channel accepted) {
        Pump towardsAccepted = new Pump(accepted);
        Channel onward = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_LINGER, CLOSE_BY_RESET)
                .handler(towardsAccepted)
                .connect("127.0.0.1", target)
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess() && accepted.isOpen()) {
                        begin(accepted);
                        begin(connected.channel());
                    } else {
                        end(accepted);
                        end(connected.channel());
                    }
                })
                .channel();
        accepted.pipeline().addLast(new Pump(onward));
    }

    private void begin(Channel channel) {
        open.add(channel);
        var unused = channel.closeFuture().addListener(closed -> open.remove(channel));
        channel.config().setAutoRead(!isCut);
    }

    /** Carries one direction; reads no faster than the other side takes. */
    private final class Pump extends ChannelInboundHandlerAdapter {
        private final Channel to;

        Pump(Channel to) {
            this.to = to;
        }

        @Override
        public void channelRead(ChannelHandlerContext from, Object bytes) {
            var unused = to.writeAndFlush(bytes).addListener((ChannelFutureListener) written -> {
                if (!written.isSuccess()) {
                    end(from.channel());
                }
            });
            from.channel().config().setAutoRead(to.isWritable() && !isCut);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext from) {
            to.config().setAutoRead(from.channel().isWritable() && !isCut);
            from.fireChannelWritabilityChanged();
        }

        @Override
        public void channelInactive(ChannelHandlerContext from) {
            end(to);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext from, Throwable broken) {
            // One side reset the connection: the other side gets to know it the same way.
            end(from.channel());
        }
    }
}
