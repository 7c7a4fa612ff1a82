/** What stopped a request. */
export interface RequestStop {
  readonly status: number;
  /** The element, with its document where it has one: `ip-filter of orders.xml`. */
  readonly by: string;
  /** It looks at where the request comes from, and at no token: `ip-filter`. */
  readonly isOther: boolean;
}

/** What is known of one way to a backend. */
export interface BackendPath {
  /** Name of the API. */
  readonly api: string;
  /** Name of the API and of the product whose key is sent: `orders by starter`. */
  readonly row: string;
  /** `GET /orders`. */
  readonly operation: string;
  /** Address that requests would go to, as far as it is known: `https://orders.example.com`. */
  readonly backend: string;
  /** A request without a token came to the backend. */
  readonly isOpen: boolean;
  /** Names of forged kinds whose requests came to the backend. */
  readonly forgedIn: readonly string[];
  /** It has checks of tokens that may run. */
  readonly hasCheck: boolean;
  /** One of them runs for every request that comes to the backend. */
  readonly isGuarded: boolean;
  /** What stopped the request without a token; absent where it came to the backend, or got an answer that is no error. */
  readonly stoppedBy?: RequestStop;
  /** Why a wider document's check does not run: the file without `base`, and the file of the check. */
  readonly cutBy?: { readonly file: string; readonly lost: string };
  /** A request without a subscription key is refused. */
  readonly needsKey: boolean;
  /** Other elements that may stop a request: `ip-filter`. */
  readonly others: readonly string[];
}

/** A way to a backend that no check of a token guards. */
export interface UncheckedPath {
  /** Name of the API, and of the product whose key is sent. */
  readonly api: string;
  /** `GET /orders`. */
  readonly operation: string;
  /** Why the request came through, in words. */
  readonly why: string;
  /** What else shows that a check is wanted: another way to the same backend, or another operation of the API, has one. */
  readonly protectedElsewhere?: string;
}

/**
 * The ways to backends without a check of a token, those first that are guarded elsewhere. Where something else stopped the request
 * without a token, a way is one of them too, unless a check of tokens stands in every branch.
 */
export function uncheckedPaths(paths: readonly BackendPath[]): readonly UncheckedPath[] {
  const guarded = paths.filter(
    ({ hasCheck, isOpen, forgedIn }) => hasCheck && !isOpen && forgedIn.length === 0,
  );
  const found = paths.flatMap((path): UncheckedPath[] => {
    const isIn = path.isOpen || path.forgedIn.length > 0;
    if (!isIn && (path.isGuarded || path.stoppedBy === undefined)) return [];
    const elsewhere = elsewhereOf(path, guarded);
    return [
      {
        api: path.row,
        operation: path.operation,
        why: reasonOf(path),
        ...(elsewhere === undefined ? {} : { protectedElsewhere: elsewhere }),
      },
    ];
  });
  const rank = ({ protectedElsewhere }: UncheckedPath) => (protectedElsewhere === undefined ? 1 : 0);
  return found.toSorted((one, other) => rank(one) - rank(other));
}

function elsewhereOf(path: BackendPath, guarded: readonly BackendPath[]): string | undefined {
  if (!path.isOpen && path.forgedIn.length > 0)
    return "a request without a token is refused, and one with a forged token is not";
  // Who passes what stopped this request may still meet a check that stands elsewhere.
  if (!path.isOpen && path.stoppedBy?.isOther !== true) return undefined;
  if (path.cutBy !== undefined) return `${path.cutBy.lost} has a check`;
  const ofApi = guarded.find(({ api }) => api === path.api);
  if (ofApi !== undefined) return `${nameOf(ofApi)} has a check`;
  const ofBackend = path.backend === "" ? undefined : guarded.find(({ backend }) => backend === path.backend);
  return ofBackend === undefined
    ? undefined
    : `${nameOf(ofBackend)} leads to the same backend, ${path.backend}, and has a check`;
}

function reasonOf(path: BackendPath): string {
  const { isOpen, forgedIn, stoppedBy } = path;
  if (!isOpen && forgedIn.length > 0) return `it lets forged tokens in: ${forgedIn.join(", ")}`;
  if (stoppedBy === undefined) return `${lackOf(path)}${onlyOthers(path)}`;
  return `${lackOf(path)}; a request without one gets ${stoppedBy.status} from ${stoppedBy.by}`;
}

/** Why no check stops a request without a token. */
function lackOf({ isOpen, cutBy, hasCheck }: BackendPath): string {
  if (cutBy !== undefined)
    return `${cutBy.file} has no <base /> in inbound, so that the check of ${cutBy.lost} does not run`;
  if (!hasCheck) return "no document of it checks a token";
  return isOpen
    ? "its check does not run for a request without a token: it stands in a branch"
    : "its check of a token stands in a branch, and who takes another one meets none";
}

function onlyOthers({ needsKey, others }: BackendPath): string {
  const besides = [...(needsKey ? ["a subscription key"] : []), ...new Set(others)];
  return besides.length === 0
    ? ""
    : `; only ${besides.join(" and ")} ${besides.length === 1 ? "stands" : "stand"} before it`;
}

function nameOf({ row, operation }: Pick<BackendPath, "row" | "operation">): string {
  return `${operation} of ${row}`;
}
