package io.millrace.coordinator.curator;

import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.CommitResult.Reason;
import io.millrace.coordinator.Operation;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs;
import org.jspecify.annotations.Nullable;

/** Operations as ZooKeeper's, and its results as ours. */
record TransactionCodec(RootPath root) {

    private static final Map<Code, Reason> REASONS = new EnumMap<>(Map.of(
            Code.NONODE, Reason.NO_NODE,
            Code.NODEEXISTS, Reason.NODE_EXISTS,
            Code.BADVERSION, Reason.BAD_VERSION,
            Code.NOTEMPTY, Reason.NOT_EMPTY));

    private static final Set<Code> UNKNOWN =
            EnumSet.of(Code.CONNECTIONLOSS, Code.SESSIONEXPIRED, Code.SESSIONMOVED, Code.OPERATIONTIMEOUT);

    List<Op> encode(List<Operation> operations) {
        return operations.stream().map(this::encode).toList();
    }

    /** Null where the code is none that a transaction may end with. */
    @Nullable
    CommitResult decode(Code code, @Nullable List<OpResult> results) {
        if (UNKNOWN.contains(code)) {
            return new CommitResult.Unknown(code.name());
        }
        if (results == null) {
            return null;
        }
        if (code == Code.OK) {
            return new CommitResult.Committed(
                    results.stream().map(TransactionCodec::version).toList());
        }
        Reason reason = REASONS.get(code);
        return reason == null ? null : new CommitResult.Refused(firstError(results), reason);
    }

    private Op encode(Operation operation) {
        String path = root.full(operation.path());
        if (operation instanceof Operation.Create create) {
            CreateMode mode = create.ephemeral() ? CreateMode.EPHEMERAL : CreateMode.PERSISTENT;
            return Op.create(path, utf8(create.data()), ZooDefs.Ids.OPEN_ACL_UNSAFE, mode);
        } else if (operation instanceof Operation.SetData setData) {
            return Op.setData(path, utf8(setData.data()), setData.expectedVersion());
        } else if (operation instanceof Operation.Delete delete) {
            return Op.delete(path, delete.expectedVersion());
        }
        return Op.check(path, ((Operation.Check) operation).expectedVersion());
    }

    private static int version(OpResult result) {
        if (result instanceof OpResult.SetDataResult setData) {
            return setData.getStat().getVersion();
        }
        return result instanceof OpResult.CreateResult ? 0 : -1;
    }

    /** Those before the failed operation carry OK, those after it an error of their own. */
    private static int firstError(List<OpResult> results) {
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof OpResult.ErrorResult error && error.getErr() != Code.OK.intValue()) {
                return i;
            }
        }
        throw new IllegalStateException("A refused transaction without a refused operation");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
