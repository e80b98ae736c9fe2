package io.millrace.broker.runtime;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/** Random UUIDs, shortened to URL-safe base64. */
public final class RandomIds implements Ids {
    @Override
    public String topicId() {
        UUID id = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
