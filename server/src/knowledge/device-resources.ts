/*
 * What the extended resources of a container stand for. Device plugins choose their names; these are the usual ones
 * (NVIDIA, AMD, the shared and SR-IOV RDMA plugins, AWS, GKE, Volcengine).
 */

/** Resources of which one is one whole GPU of vLLM's. */
export const GPU_RESOURCES = ['nvidia.com/gpu', 'amd.com/gpu'] as const;

/** The network adapters of AWS, which have no reliable connections of InfiniBand's. */
export const EFA_RESOURCE = 'vpc.amazonaws.com/efa';

const RDMA = /(?:^|[/_.-])(?:rdma|roce|hca|hcas|ib|ibs|infiniband|mlnx|shared_ib)(?:[/_.-]|\d|$)/i;

/** True for a resource that is an RDMA device or gives access to some, EFA apart. */
export function isRdmaResource(name: string): boolean {
  return name !== EFA_RESOURCE && RDMA.test(name);
}

/** Resources that are certainly no network device. */
const OTHERS =
  /^(?:cpu|memory|ephemeral-storage|pods|hugepages-.*|nvidia\.com\/(?:gpu|mig).*|amd\.com\/gpu.*|gpu\.intel\.com\/.*|google\.com\/tpu|habana\.ai\/gaudi|(?:attachable-volumes|smarter-devices).*)$/;

/** True unless a resource is certainly no network device. */
export function mayBeRdmaResource(name: string): boolean {
  return !OTHERS.test(name);
}

/** Annotations by which a pod gets further networks, and with them perhaps RDMA devices. */
export function mayAttachNetwork(annotation: string): boolean {
  return /network|interface|multus|cni|rdma|sriov|infiniband/i.test(annotation);
}
