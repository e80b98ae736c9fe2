package io.millrace.coordinator.curator;

import java.util.Optional;
import java.util.stream.Stream;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCacheStorage;

/**
 * Tells a node from an earlier one at the same path. The cache compares versions only: a topic deleted and made again
 * while the connection was down has version 0 both times, and the new one would never be told.
 */
final class IncarnationStorage implements CuratorCacheStorage {

    private final CuratorCacheStorage nodes = CuratorCacheStorage.standard();

    @Override
    public Optional<ChildData> put(ChildData data) {
        return nodes.put(data)
                .filter(before -> before.getStat().getCzxid() == data.getStat().getCzxid());
    }

    @Override
    public Optional<ChildData> remove(String path) {
        return nodes.remove(path);
    }

    @Override
    public Optional<ChildData> get(String path) {
        return nodes.get(path);
    }

    @Override
    public int size() {
        return nodes.size();
    }

    @Override
    public Stream<ChildData> stream() {
        return nodes.stream();
    }

    @Override
    public void clear() {
        nodes.clear();
    }
}
