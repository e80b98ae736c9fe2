// Produces and fetches with nothing but the .proto files: see README.md.
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import { fileURLToPath } from 'node:url';

const [address = 'localhost:7171', topic = `example-${Date.now()}`] = process.argv.slice(2);
const RECORDS_PER_PARTITION = 3;
const CALL_TIMEOUT_MS = 15_000;
const protos = fileURLToPath(new URL('../../proto/src/main/proto', import.meta.url));

const definition = protoLoader.loadSync(
  ['metadata', 'admin', 'producer', 'consumer'].map((name) => `millrace/v1/${name}_service.proto`),
  // int64 does not fit a JavaScript number; enums are easier to read by name.
  { includeDirs: [protos], keepCase: true, longs: String, enums: String, defaults: true },
);
const { v1 } = grpc.loadPackageDefinition(definition).millrace;
const connect = (Service) => new Service(address, grpc.credentials.createInsecure());
const metadata = connect(v1.MetadataService);
const admin = connect(v1.AdminService);
const producer = connect(v1.ProducerService);
const consumer = connect(v1.ConsumerService);

function call(client, method, request) {
  const deadline = Date.now() + CALL_TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    client[method](request, { deadline }, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

// Why a call was refused travels in a trailer, as a google.rpc.Status that holds an ErrorDetail.
const errorProto = protobuf.loadSync(`${protos}/millrace/v1/error.proto`);
const ErrorDetail = errorProto.lookupType('millrace.v1.ErrorDetail');
const { root: statusProto } = protobuf.parse(`
  syntax = "proto3";
  package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
`);
const Status = statusProto.lookupType('google.rpc.Status');

function errorDetail(error) {
  const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!bytes) return undefined;
  const any = Status.decode(bytes).details.find(({ type_url: url, typeUrl = url }) => typeUrl.endsWith('/millrace.v1.ErrorDetail'));
  return any && ErrorDetail.toObject(ErrorDetail.decode(any.value), { enums: String });
}

async function createTopic() {
  try {
    const created = await call(admin, 'CreateTopic', { name: topic, partitions: 6 });
    console.log(`created ${topic}: ${created.partitions} partitions, ${created.replication_factor} replicas`);
  } catch (error) {
    if (errorDetail(error)?.reason !== 'ERROR_REASON_TOPIC_EXISTS') throw error;
    console.log(`${topic} is there already`);
  }
}

async function produce(partition) {
  const records = Array.from({ length: RECORDS_PER_PARTITION }, (_, i) => ({
    key: Buffer.from(`key-${i}`),
    value: Buffer.from(`partition ${partition}, record ${i}\r\n\0`),
    headers: [{ key: 'from', value: Buffer.from('node') }],
  }));
  const answer = await call(producer, 'Produce', {
    batch: { topic, partition, records: { records } },
    acks: 'ACKS_ALL',
  });
  return { records, answer };
}

async function fetchFrom(partition, offset, count) {
  const records = [];
  let next = offset;
  while (records.length < count) {
    const answer = await call(consumer, 'Fetch', { topic, partition, offset: next, max_wait: { seconds: 5 } });
    if (answer.records.length === 0) throw new Error(`partition ${partition}: nothing at offset ${next}`);
    records.push(...answer.records);
    next = answer.next_offset;
  }
  return records.slice(0, count);
}

function isSame(sent, got) {
  return sent.key.equals(got.key) && sent.value.equals(got.value) && got.headers[0]?.key === 'from';
}

async function main() {
  await createTopic();
  const server = await call(metadata, 'GetServerInfo', {});
  const { topics } = await call(metadata, 'GetMetadata', { topics: [topic] });
  console.log(`talking to broker ${server.broker_id} at ${address} only\n`);

  let allSame = true;
  for (const { partition, leader_id: leader } of topics[0].partitions) {
    const { records, answer } = await produce(partition);
    const got = await fetchFrom(partition, answer.base_offset, records.length);
    const same = records.every((record, i) => isSame(record, got[i]));
    allSame &&= same;
    const way = leader === server.broker_id ? 'this broker' : `forwarded to broker ${leader}`;
    const last = BigInt(answer.base_offset) + BigInt(answer.record_count - 1);
    console.log(
      `partition ${partition}: ${way}, offsets ${answer.base_offset}..${last}, ` +
        `${answer.isr_size} replicas in sync, read back ${same ? 'equal' : 'DIFFERENT'}`,
    );
  }

  try {
    await call(consumer, 'Fetch', { topic, partition: 99, offset: 0 });
  } catch (error) {
    const detail = errorDetail(error);
    console.log(`\nfetching from partition 99: ${detail?.reason}, ${detail?.certainty}: ${error.details}`);
    allSame &&= detail?.reason === 'ERROR_REASON_UNKNOWN_TOPIC';
  }
  return allSame;
}

main().then(
  (allSame) => process.exit(allSame ? 0 : 1),
  (error) => {
    console.error(`error: ${error.message}`, errorDetail(error) ?? '');
    process.exit(1);
  },
);
