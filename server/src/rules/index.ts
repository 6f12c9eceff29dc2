import { backendParameter } from './backend-parameter';
import { backends } from './backends';
import { blankBeforeFlag } from './blank-before-flag';
import { bufferDevice } from './buffer-device';
import { configFileKey } from './config-file-key';
import { configFileLine } from './config-file-line';
import { configFileMapping } from './config-file-mapping';
import { connectorMissing } from './connector-missing';
import { connectorNotInVersion } from './connector-not-in-version';
import { dataParallelAddressService } from './data-parallel-address-service';
import { defaultWrittenOut } from './default-written-out';
import { driverCapabilities } from './driver-capabilities';
import { efaHugePages } from './efa-huge-pages';
import { emptyConfig } from './empty-config';
import { engineIdShared } from './engine-id-shared';
import { environmentNotText } from './environment-not-text';
import { environmentQuotes } from './environment-quotes';
import { expandableSegments } from './expandable-segments';
import { extraValue } from './extra-value';
import { fieldValue } from './field-value';
import { flagDeprecated } from './flag-deprecated';
import { flagJson } from './flag-json';
import { flagKeyUnknown } from './flag-key-unknown';
import { flagKeyValue } from './flag-key-value';
import { flagNotInVersion } from './flag-not-in-version';
import { flagValue } from './flag-value';
import { gpuCount } from './gpu-count';
import { gpuNicMapping } from './gpu-nic-mapping';
import { handshakeCheckOff } from './handshake-check-off';
import { hiddenMetricsVersion } from './hidden-metrics-version';
import { hostIpc } from './host-ipc';
import { hostNetworkPorts } from './host-network-ports';
import { hybridCacheUnsupported } from './hybrid-cache-unsupported';
import { inertField } from './inert-field';
import { jsonSyntax } from './json-syntax';
import { keyNotInVersion } from './key-not-in-version';
import { kvBoth } from './kv-both';
import { listenerClash } from './listener-clash';
import { lmcacheOldKey } from './lmcache-old-key';
import { lmcachePdIncomplete } from './lmcache-pd-incomplete';
import { lmcacheUnknownKey } from './lmcache-unknown-key';
import { lmcacheValue } from './lmcache-value';
import { memoryLock } from './memory-lock';
import { metricNotYet } from './metric-not-yet';
import { metricRemoved } from './metric-removed';
import { metricUnknown } from './metric-unknown';
import { metricWithoutTotal } from './metric-without-total';
import { misplacedKey } from './misplaced-key';
import { modulePath } from './module-path';
import { multiConnector } from './multi-connector';
import { ncclVariable } from './nccl-variable';
import { networkPolicySideChannel } from './network-policy-side-channel';
import { nixlExporterPort } from './nixl-exporter-port';
import { nixlTelemetryOff } from './nixl-telemetry-off';
import { nixlValue } from './nixl-value';
import { nixlVariableNotYet } from './nixl-variable-not-yet';
import { nixlVariableRemoved } from './nixl-variable-removed';
import { nixlVariableUnknown } from './nixl-variable-unknown';
import { numThreadsIgnored } from './num-threads-ignored';
import { offloadingReplacesConnector } from './offloading-replaces-connector';
import { oneArgument } from './one-argument';
import { overriddenConfig } from './overridden-config';
import { pairMismatch } from './pair-mismatch';
import { pipelineParallel } from './pipeline-parallel';
import { probeTarget } from './probe-target';
import { probeTooEarly } from './probe-too-early';
import { pushBidirectional } from './push-bidirectional';
import { quotesLost } from './quotes-lost';
import { rdmaDeviceMissing } from './rdma-device-missing';
import { rdmaDeviceUnused } from './rdma-device-unused';
import { referenceBeforeDefinition } from './reference-before-definition';
import { repeatedKey } from './repeated-key';
import { roleMissing } from './role-missing';
import { routingSidecarOption } from './routing-sidecar-option';
import { routingSidecarRestart } from './routing-sidecar-restart';
import { routingTargetPort } from './routing-target-port';
import type { Rule } from './rule';
import { serviceLinkVariable } from './service-link-variable';
import { sharedMemory } from './shared-memory';
import { sideChannelHostField } from './side-channel-host-field';
import { sideChannelHostFixed } from './side-channel-host-fixed';
import { sideChannelHostLoopback } from './side-channel-host-loopback';
import { sideChannelHostService } from './side-channel-host-service';
import { sideChannelHostShape } from './side-channel-host-shape';
import { sideChannelHostUnset } from './side-channel-host-unset';
import { sideChannelHostWildcard } from './side-channel-host-wildcard';
import { sideChannelPortOverlap } from './side-channel-port-overlap';
import { sideChannelPortTaken } from './side-channel-port-taken';
import { sideChannelPortValue } from './side-channel-port-value';
import { stringBoolean } from './string-boolean';
import { ucxConfigPreset } from './ucx-config-preset';
import { ucxConflict } from './ucx-conflict';
import { ucxDeviceLists } from './ucx-device-lists';
import { ucxDevicesTls } from './ucx-devices-tls';
import { ucxNetDevices } from './ucx-net-devices';
import { ucxTlsAll } from './ucx-tls-all';
import { ucxTlsEmpty } from './ucx-tls-empty';
import { ucxTlsNegation } from './ucx-tls-negation';
import { ucxTlsNoBootstrap } from './ucx-tls-no-bootstrap';
import { ucxTlsNoGpuCopy } from './ucx-tls-no-gpu-copy';
import { ucxTlsNoLane } from './ucx-tls-no-lane';
import { ucxTlsNotYet } from './ucx-tls-not-yet';
import { ucxTlsUnknown } from './ucx-tls-unknown';
import { ucxValue } from './ucx-value';
import { ucxVariableNotYet } from './ucx-variable-not-yet';
import { ucxVariableRemoved } from './ucx-variable-removed';
import { ucxVariableRenamed } from './ucx-variable-renamed';
import { ucxVariableUnknown } from './ucx-variable-unknown';
import { undefinedReference } from './undefined-reference';
import { unexpandedVariable } from './unexpanded-variable';
import { unknownConnector } from './unknown-connector';
import { unknownDirective } from './unknown-directive';
import { unknownExtraKey } from './unknown-extra-key';
import { unknownFlag } from './unknown-flag';
import { unknownKey } from './unknown-key';
import { unknownRole } from './unknown-role';
import { variableWithoutEffect } from './variable-without-effect';
import { vllmPort } from './vllm-port';
import { vllmValue } from './vllm-value';
import { vllmVariableNotYet } from './vllm-variable-not-yet';
import { vllmVariableRemoved } from './vllm-variable-removed';
import { vllmVariableUnknown } from './vllm-variable-unknown';

export type { Assumptions, Edit, Example, Finding, Fix, Page, Rule, Severity } from './rule';
export { rule } from './rule';

/** Every rule that looks at configuration, by id. */
export const rules: readonly Rule[] = [
  backendParameter,
  backends,
  blankBeforeFlag,
  bufferDevice,
  configFileKey,
  configFileLine,
  configFileMapping,
  connectorMissing,
  connectorNotInVersion,
  dataParallelAddressService,
  defaultWrittenOut,
  driverCapabilities,
  efaHugePages,
  emptyConfig,
  engineIdShared,
  environmentNotText,
  environmentQuotes,
  expandableSegments,
  extraValue,
  fieldValue,
  flagDeprecated,
  flagJson,
  flagKeyUnknown,
  flagKeyValue,
  flagNotInVersion,
  flagValue,
  gpuCount,
  gpuNicMapping,
  handshakeCheckOff,
  hiddenMetricsVersion,
  hostIpc,
  hostNetworkPorts,
  hybridCacheUnsupported,
  inertField,
  jsonSyntax,
  keyNotInVersion,
  kvBoth,
  listenerClash,
  lmcacheOldKey,
  lmcachePdIncomplete,
  lmcacheUnknownKey,
  lmcacheValue,
  memoryLock,
  metricNotYet,
  metricRemoved,
  metricUnknown,
  metricWithoutTotal,
  misplacedKey,
  modulePath,
  multiConnector,
  ncclVariable,
  networkPolicySideChannel,
  nixlExporterPort,
  nixlTelemetryOff,
  nixlValue,
  nixlVariableNotYet,
  nixlVariableRemoved,
  nixlVariableUnknown,
  numThreadsIgnored,
  offloadingReplacesConnector,
  oneArgument,
  overriddenConfig,
  pairMismatch,
  pipelineParallel,
  probeTarget,
  probeTooEarly,
  pushBidirectional,
  quotesLost,
  rdmaDeviceMissing,
  rdmaDeviceUnused,
  referenceBeforeDefinition,
  repeatedKey,
  roleMissing,
  routingSidecarOption,
  routingSidecarRestart,
  routingTargetPort,
  serviceLinkVariable,
  sharedMemory,
  sideChannelHostField,
  sideChannelHostFixed,
  sideChannelHostLoopback,
  sideChannelHostService,
  sideChannelHostShape,
  sideChannelHostUnset,
  sideChannelHostWildcard,
  sideChannelPortOverlap,
  sideChannelPortTaken,
  sideChannelPortValue,
  stringBoolean,
  ucxConfigPreset,
  ucxConflict,
  ucxDeviceLists,
  ucxDevicesTls,
  ucxNetDevices,
  ucxTlsAll,
  ucxTlsEmpty,
  ucxTlsNegation,
  ucxTlsNoBootstrap,
  ucxTlsNoGpuCopy,
  ucxTlsNoLane,
  ucxTlsNotYet,
  ucxTlsUnknown,
  ucxValue,
  ucxVariableNotYet,
  ucxVariableRemoved,
  ucxVariableRenamed,
  ucxVariableUnknown,
  undefinedReference,
  unexpandedVariable,
  unknownConnector,
  unknownDirective,
  unknownExtraKey,
  unknownFlag,
  unknownKey,
  unknownRole,
  variableWithoutEffect,
  vllmPort,
  vllmValue,
  vllmVariableNotYet,
  vllmVariableRemoved,
  vllmVariableUnknown,
];
