export interface NetworkFacts {
  id: string;
  name: string;
  driver: string;
  /** Marked by the option `com.docker.network.bridge.default_bridge`, whatever its name. */
  isDefaultBridge: boolean;
  /** Option `enable_icc`; null when the network does not say. */
  allowsInterContainerTraffic: boolean | null;
  /** An overlay network whose data is encrypted between nodes. */
  isEncrypted: boolean;
  /** The network that publishes the ports of swarm services. */
  isIngress: boolean;
  isInternal: boolean;
  hasIpv6: boolean;
  /** The engine filters nothing that comes to an address of a member (gateway mode `nat-unprotected`); absent where it does. */
  isUnprotected?: true;
  /**
   * Ports that members publish are open at their own addresses (gateway mode `routed`, of either family); `whole` where
   * the host opens none for them. Absent where the host opens them alone.
   */
  isRouted?: 'whole' | 'partly';
  /** The engine lets in what comes to an address of a member from some links of the host (option `trusted_host_interfaces`). */
  trustsLinks?: true;
  /** Addresses of the way out, of both families: on a bridge those of the host. */
  gateways: string[];
  /** Networks of addresses (`fd00:7::/64`) of a bridge in which the host has one that the engine does not tell; absent where it tells all. */
  untoldGateways?: string[];
  /** Address on which a port of a member is published that names none; absent for every address. */
  publishesOn?: string;
  /** An internal bridge on which the host has no address, whatever is listed as its gateway; absent for any other. */
  isWithoutHost?: true;
  /** A bridge that the engine gives no address of the host; whether it has one nevertheless, or another way out, nobody knows. */
  mayLackHost?: true;
  /** Family by which the engine gives the host no address on a bridge where it has one of the other; absent where it gives all. */
  lacksFamily?: 'ipv4' | 'ipv6';
  /**
   * A bridge that somebody else made, or whose way out is not the host: what else is on it, such as a card that leads to
   * other machines, nobody knows. Absent for one of the engine's own, and for one that is named and may be either.
   */
  mayHoldOthers?: true;
  /** A bridge whose members keep their addresses on the way out (option `enable_ip_masquerade`); absent for any other. */
  isUnmasked?: true;
  /** A macvlan or ipvlan on an interface that leads nowhere, which the engine makes where none is named; absent for any other. */
  hasDummyParent?: true;
  /**
   * Mode of a macvlan, or flag of an ipvlan, that the kernel is told of its members: `private`, `vepa` and the like; absent
   * for `bridge`, and `unknown` where nobody knows whether the engine heeds it.
   */
  membersMode?: string;
}
