import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "../providers/resource.ts";

/** Properties as plain values, the engine's wrappings as they are; none for no struct. */
export function fromStruct(struct: structs.Struct | undefined): Properties {
  return struct === undefined ? {} : (struct.toJavaScript() as Properties);
}

/** Properties as they travel. */
export function toStruct(properties: Properties): structs.Struct {
  // Through JSON: the wire has no `undefined`.
  return structs.Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));
}
