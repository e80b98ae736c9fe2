package io.millrace.lab.simulation.cluster;

import io.millrace.broker.log.DataDirectoryException;
import io.millrace.broker.log.memory.PlannedDiskFailure;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimEnsemble;
import io.millrace.lab.simulation.seam.SimIds;
import io.millrace.lab.simulation.seam.SimNetwork;
import io.millrace.lab.simulation.seam.SimTime;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Hosts, their brokers, the network and the ensemble; and what can happen to a broker. */
public final class SimCluster {

    private final ClusterPlan plan;
    private final SimTime time;
    private final SimNetwork network;
    private final SimEnsemble ensemble;
    private final SimIds ids = new SimIds();
    private final Random disks;
    private final TreeMap<Integer, SimHost> hosts = new TreeMap<>();

    /** All hosts are there, nothing is started. */
    public SimCluster(ClusterPlan plan, Chance chance) {
        this.plan = plan;
        this.time = new SimTime(chance);
        this.network = new SimNetwork(time, plan.network(), chance);
        this.ensemble = new SimEnsemble(time, plan.sessionTimeoutNs(), chance);
        this.disks = chance.forUse("disks").random();
        for (int id = 1; id <= plan.brokers(); id++) {
            hosts.put(id, new SimHost(id, ids.topicId()));
        }
    }

    public ClusterPlan plan() {
        return plan;
    }

    public SimTime time() {
        return time;
    }

    public SimNetwork network() {
        return network;
    }

    public SimEnsemble ensemble() {
        return ensemble;
    }

    public SimIds ids() {
        return ids;
    }

    public List<SimHost> hosts() {
        return List.copyOf(hosts.values());
    }

    /** The running broker, null where there is none. */
    public @Nullable SimBroker broker(int id) {
        SimHost host = hosts.get(id);
        return host == null ? null : host.running();
    }

    /** Starts a process where none runs; on a full or failing disk it may end at once. */
    public void start(SimHost host) {
        if (host.running() != null) {
            return;
        }
        try {
            SimBroker broker = new SimBroker(this, host);
            host.run(broker);
            broker.start();
        } catch (DataDirectoryException unusable) {
            if (unusable.getCause() instanceof PlannedDiskFailure) {
                host.onKilled();
                return;
            }
            throw new IllegalStateException("broker " + host.brokerId() + " cannot start", unusable);
        }
    }

    /** SIGKILL. */
    public void kill(SimHost host) {
        if (end(host, false)) {
            host.onKilled();
        }
    }

    /** The process is gone, and its machine off the network, so that nobody is told. */
    public void killUnseen(SimHost host) {
        if (end(host, true)) {
            host.onKilled();
        }
    }

    /** The machine loses power, also where no broker runs on it. */
    public void cutPower(SimHost host) {
        end(host, true);
        host.onPowerCut(disks);
    }

    /** An empty disk takes the place of the old one, while no broker runs there. */
    public void replaceDisk(SimHost host) {
        if (host.running() == null) {
            host.onDiskReplaced(ids.topicId());
        }
    }

    /** SIGTERM: the broker stops in good order, if it gets to it. */
    public void stop(SimHost host) {
        SimBroker broker = host.running();
        if (broker != null) {
            broker.stop(() -> {
                if (host.running() == broker) {
                    network.vanish(host.address(), false);
                    broker.process().kill();
                    broker.session().close();
                    host.onKilled();
                }
            });
        }
    }

    /** SIGSTOP. */
    public void pause(SimHost host) {
        SimBroker broker = host.running();
        if (broker != null && !broker.process().isPaused()) {
            broker.process().pause();
            broker.session().fallSilent();
        }
    }

    /** SIGCONT. */
    public void resume(SimHost host) {
        SimBroker broker = host.running();
        if (broker != null && broker.process().isPaused()) {
            time.resume(broker.process());
            broker.session().reconnect();
        }
    }

    private boolean end(SimHost host, boolean silently) {
        SimBroker broker = host.running();
        if (broker == null) {
            return false;
        }
        broker.process().kill();
        broker.session().abandon();
        network.vanish(host.address(), silently);
        return true;
    }
}
