// Azurite's tables and blobs in memory. It fills its tables with copies when it is told to: "fill 100000" on the standard
// input. A million entities by HTTP would take most of an hour; what is measured afterwards goes by HTTP as ever.
import { createRequire } from "node:module";
import { createHash, randomBytes } from "node:crypto";
import { createInterface } from "node:readline";

const [packages, port, blobPort] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const BlobConfiguration = require("azurite/dist/src/blob/BlobConfiguration.js").default;
const BlobServer = require("azurite/dist/src/blob/BlobServer.js").default;
const TableConfiguration = require("azurite/dist/src/table/TableConfiguration.js").default;
const TableServer = require("azurite/dist/src/table/TableServer.js").default;

const SESSIONS_PER_USER = 10;
const server = new TableServer(new TableConfiguration("127.0.0.1", Number(port), 5, "", false, true, undefined, undefined, false, true, undefined, undefined, undefined, undefined, false, true));
await server.start();
await new BlobServer(new BlobConfiguration("127.0.0.1", Number(blobPort), 5, "", "", [], false, undefined, false, undefined, false, true, undefined, undefined, undefined, undefined, false, true)).start();
console.log("successfully started");

createInterface({ input: process.stdin }).on("line", (line) => {
  const count = Number(line.split(" ")[1]);
  if (line.startsWith("people ")) {
    addPeople(count);
    console.log("filled");
    return;
  }

  const users = open("Users");
  const user = users.find((entity) => entity.RowKey === "user");
  const mark = users.find((entity) => entity.PartitionKey.startsWith("role-"));
  users.add(count, () => copy(user, { PartitionKey: randomBytes(32).toString("hex") }));
  users.add(count, () => copy(mark, { RowKey: randomBytes(16).toString("hex") }));

  const sessions = open("RefreshTokens");
  const family = sessions.find((entity) => entity.RowKey === "family");
  const note = sessions.find((entity) => entity.PartitionKey.startsWith("!"));
  sessions.add(count * SESSIONS_PER_USER, () => copy(family, { PartitionKey: randomBytes(32).toString("base64url") }));
  sessions.add(count * SESSIONS_PER_USER, () => copy(note, { RowKey: note.RowKey.slice(0, 16) + randomBytes(32).toString("base64url") }));

  // Each twice, under the same id: the product, and its copy for its category.
  const products = open("Products");
  const product = products.find((entity) => entity.RowKey.startsWith("product-"));
  const listed = products.find((entity) => entity.RowKey.startsWith("category-") && entity.RowKey.endsWith(product.properties.Id));
  const idOf = (number) => "f" + number.toString(16).padStart(31, "0");
  products.add(count, (number) => copy(product, { RowKey: `product-${idOf(number)}` }, { Id: idOf(number) }));
  products.add(count, (number) => copy(listed, { RowKey: listed.RowKey.replace(product.properties.Id, idOf(number)) }, { Id: idOf(number) }));
  console.log("filled");
});

// Different users, and a session for each tenth of them. They have no index.
function addPeople(count) {
  const idOf = (number) => number.toString(16).padStart(32, "0");
  const keyOf = (number) => createHash("sha256").update(`user-${number}`).digest("hex");
  const users = open("Users");
  const user = users.find((entity) => entity.RowKey === "user");
  users.add(count, (number) => copy(user, { PartitionKey: keyOf(number) }, { Name: `user-${number}`, Id: idOf(number) }));
  const sessions = open("RefreshTokens");
  const family = sessions.find((entity) => entity.RowKey === "family");
  sessions.add(count / 10, (number) => copy(family, { PartitionKey: randomBytes(32).toString("base64url") }, { Subject: idOf(number) }));
}

function open(name) {
  const collection = server.metadataStore.db.collections.find((candidate) => candidate.name.toLowerCase().endsWith(`bench${name}`.toLowerCase()));
  return {
    find: (match) => collection.data.find(match),
    add(count, create) {
      // The indices are made once, after it.
      collection.adaptiveBinaryIndices = false;
      for (let start = 0; start < count; start += 10_000) {
        collection.insert(Array.from({ length: Math.min(10_000, count - start) }, (_, index) => create(start + index)));
      }
      collection.ensureAllIndexes(true);
      collection.adaptiveBinaryIndices = true;
    },
  };
}

function copy({ $loki, meta, ...entity }, keys, properties = {}) {
  return { ...entity, ...keys, properties: { ...entity.properties, ...keys, ...properties } };
}
