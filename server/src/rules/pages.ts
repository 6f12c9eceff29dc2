import { page as backendParameter } from './backend-parameter';
import { page as backends } from './backends';
import { page as blankBeforeFlag } from './blank-before-flag';
import { page as bufferDevice } from './buffer-device';
import { page as configFileKey } from './config-file-key';
import { page as configFileLine } from './config-file-line';
import { page as configFileMapping } from './config-file-mapping';
import { page as connectorMissing } from './connector-missing';
import { page as connectorNotInVersion } from './connector-not-in-version';
import { page as dataParallelAddressService } from './data-parallel-address-service';
import { page as defaultWrittenOut } from './default-written-out';
import { page as driverCapabilities } from './driver-capabilities';
import { page as efaHugePages } from './efa-huge-pages';
import { page as emptyConfig } from './empty-config';
import { page as engineIdShared } from './engine-id-shared';
import { page as environmentNotText } from './environment-not-text';
import { page as environmentQuotes } from './environment-quotes';
import { page as expandableSegments } from './expandable-segments';
import { page as extraValue } from './extra-value';
import { page as fieldValue } from './field-value';
import { page as flagDeprecated } from './flag-deprecated';
import { page as flagJson } from './flag-json';
import { page as flagKeyUnknown } from './flag-key-unknown';
import { page as flagKeyValue } from './flag-key-value';
import { page as flagNotInVersion } from './flag-not-in-version';
import { page as flagValue } from './flag-value';
import { page as gpuCount } from './gpu-count';
import { page as gpuNicMapping } from './gpu-nic-mapping';
import { page as handshakeCheckOff } from './handshake-check-off';
import { page as hiddenMetricsVersion } from './hidden-metrics-version';
import { page as hostIpc } from './host-ipc';
import { page as hostNetworkPorts } from './host-network-ports';
import { page as hybridCacheUnsupported } from './hybrid-cache-unsupported';
import { page as inertField } from './inert-field';
import { page as jsonSyntax } from './json-syntax';
import { page as keyNotInVersion } from './key-not-in-version';
import { page as kvBoth } from './kv-both';
import { page as listenerClash } from './listener-clash';
import { page as lmcacheOldKey } from './lmcache-old-key';
import { page as lmcachePdIncomplete } from './lmcache-pd-incomplete';
import { page as lmcacheUnknownKey } from './lmcache-unknown-key';
import { page as lmcacheValue } from './lmcache-value';
import { page as memoryLock } from './memory-lock';
import { page as metricNotYet } from './metric-not-yet';
import { page as metricRemoved } from './metric-removed';
import { page as metricUnknown } from './metric-unknown';
import { page as metricWithoutTotal } from './metric-without-total';
import { page as misplacedKey } from './misplaced-key';
import { page as modulePath } from './module-path';
import { page as multiConnector } from './multi-connector';
import { page as ncclVariable } from './nccl-variable';
import { page as networkPolicySideChannel } from './network-policy-side-channel';
import { page as nixlExporterPort } from './nixl-exporter-port';
import { page as nixlTelemetryOff } from './nixl-telemetry-off';
import { page as nixlValue } from './nixl-value';
import { page as nixlVariableNotYet } from './nixl-variable-not-yet';
import { page as nixlVariableRemoved } from './nixl-variable-removed';
import { page as nixlVariableUnknown } from './nixl-variable-unknown';
import { page as numThreadsIgnored } from './num-threads-ignored';
import { page as offloadingReplacesConnector } from './offloading-replaces-connector';
import { page as oneArgument } from './one-argument';
import { page as overriddenConfig } from './overridden-config';
import { page as pairMismatch } from './pair-mismatch';
import { page as pipelineParallel } from './pipeline-parallel';
import { page as probeTarget } from './probe-target';
import { page as probeTooEarly } from './probe-too-early';
import { page as pushBidirectional } from './push-bidirectional';
import { page as quotesLost } from './quotes-lost';
import { page as rdmaDeviceMissing } from './rdma-device-missing';
import { page as rdmaDeviceUnused } from './rdma-device-unused';
import { page as referenceBeforeDefinition } from './reference-before-definition';
import { page as repeatedKey } from './repeated-key';
import { page as roleMissing } from './role-missing';
import { page as routingSidecarOption } from './routing-sidecar-option';
import { page as routingSidecarRestart } from './routing-sidecar-restart';
import { page as routingTargetPort } from './routing-target-port';
import type { Page } from './rule';
import { page as serviceLinkVariable } from './service-link-variable';
import { page as sharedMemory } from './shared-memory';
import { page as sideChannelHostField } from './side-channel-host-field';
import { page as sideChannelHostFixed } from './side-channel-host-fixed';
import { page as sideChannelHostLoopback } from './side-channel-host-loopback';
import { page as sideChannelHostService } from './side-channel-host-service';
import { page as sideChannelHostShape } from './side-channel-host-shape';
import { page as sideChannelHostUnset } from './side-channel-host-unset';
import { page as sideChannelHostWildcard } from './side-channel-host-wildcard';
import { page as sideChannelPortOverlap } from './side-channel-port-overlap';
import { page as sideChannelPortTaken } from './side-channel-port-taken';
import { page as sideChannelPortValue } from './side-channel-port-value';
import { page as stringBoolean } from './string-boolean';
import { page as ucxConfigPreset } from './ucx-config-preset';
import { page as ucxConflict } from './ucx-conflict';
import { page as ucxDeviceLists } from './ucx-device-lists';
import { page as ucxDevicesTls } from './ucx-devices-tls';
import { page as ucxNetDevices } from './ucx-net-devices';
import { page as ucxTlsAll } from './ucx-tls-all';
import { page as ucxTlsEmpty } from './ucx-tls-empty';
import { page as ucxTlsNegation } from './ucx-tls-negation';
import { page as ucxTlsNoBootstrap } from './ucx-tls-no-bootstrap';
import { page as ucxTlsNoGpuCopy } from './ucx-tls-no-gpu-copy';
import { page as ucxTlsNoLane } from './ucx-tls-no-lane';
import { page as ucxTlsNotYet } from './ucx-tls-not-yet';
import { page as ucxTlsUnknown } from './ucx-tls-unknown';
import { page as ucxValue } from './ucx-value';
import { page as ucxVariableNotYet } from './ucx-variable-not-yet';
import { page as ucxVariableRemoved } from './ucx-variable-removed';
import { page as ucxVariableRenamed } from './ucx-variable-renamed';
import { page as ucxVariableUnknown } from './ucx-variable-unknown';
import { page as undefinedReference } from './undefined-reference';
import { page as unexpandedVariable } from './unexpanded-variable';
import { page as unknownConnector } from './unknown-connector';
import { page as unknownDirective } from './unknown-directive';
import { page as unknownExtraKey } from './unknown-extra-key';
import { page as unknownFlag } from './unknown-flag';
import { page as unknownKey } from './unknown-key';
import { page as unknownRole } from './unknown-role';
import { page as variableWithoutEffect } from './variable-without-effect';
import { page as vllmPort } from './vllm-port';
import { page as vllmValue } from './vllm-value';
import { page as vllmVariableNotYet } from './vllm-variable-not-yet';
import { page as vllmVariableRemoved } from './vllm-variable-removed';
import { page as vllmVariableUnknown } from './vllm-variable-unknown';

/** The page of every rule, by its id. Apart from the rules, so that the server is bundled without them. */
export const pages: Readonly<Record<string, () => Page>> = {
  'backend-parameter': backendParameter,
  backends: backends,
  'blank-before-flag': blankBeforeFlag,
  'buffer-device': bufferDevice,
  'config-file-key': configFileKey,
  'config-file-line': configFileLine,
  'config-file-mapping': configFileMapping,
  'connector-missing': connectorMissing,
  'connector-not-in-version': connectorNotInVersion,
  'data-parallel-address-service': dataParallelAddressService,
  'default-written-out': defaultWrittenOut,
  'driver-capabilities': driverCapabilities,
  'efa-huge-pages': efaHugePages,
  'empty-config': emptyConfig,
  'engine-id-shared': engineIdShared,
  'environment-not-text': environmentNotText,
  'environment-quotes': environmentQuotes,
  'expandable-segments': expandableSegments,
  'extra-value': extraValue,
  'field-value': fieldValue,
  'flag-deprecated': flagDeprecated,
  'flag-json': flagJson,
  'flag-key-unknown': flagKeyUnknown,
  'flag-key-value': flagKeyValue,
  'flag-not-in-version': flagNotInVersion,
  'flag-value': flagValue,
  'gpu-count': gpuCount,
  'gpu-nic-mapping': gpuNicMapping,
  'handshake-check-off': handshakeCheckOff,
  'hidden-metrics-version': hiddenMetricsVersion,
  'host-ipc': hostIpc,
  'host-network-ports': hostNetworkPorts,
  'hybrid-cache-unsupported': hybridCacheUnsupported,
  'inert-field': inertField,
  'json-syntax': jsonSyntax,
  'key-not-in-version': keyNotInVersion,
  'kv-both': kvBoth,
  'listener-clash': listenerClash,
  'lmcache-old-key': lmcacheOldKey,
  'lmcache-pd-incomplete': lmcachePdIncomplete,
  'lmcache-unknown-key': lmcacheUnknownKey,
  'lmcache-value': lmcacheValue,
  'memory-lock': memoryLock,
  'metric-not-yet': metricNotYet,
  'metric-removed': metricRemoved,
  'metric-unknown': metricUnknown,
  'metric-without-total': metricWithoutTotal,
  'misplaced-key': misplacedKey,
  'module-path': modulePath,
  'multi-connector': multiConnector,
  'nccl-variable': ncclVariable,
  'network-policy-side-channel': networkPolicySideChannel,
  'nixl-exporter-port': nixlExporterPort,
  'nixl-telemetry-off': nixlTelemetryOff,
  'nixl-value': nixlValue,
  'nixl-variable-not-yet': nixlVariableNotYet,
  'nixl-variable-removed': nixlVariableRemoved,
  'nixl-variable-unknown': nixlVariableUnknown,
  'num-threads-ignored': numThreadsIgnored,
  'offloading-replaces-connector': offloadingReplacesConnector,
  'one-argument': oneArgument,
  'overridden-config': overriddenConfig,
  'pair-mismatch': pairMismatch,
  'pipeline-parallel': pipelineParallel,
  'probe-target': probeTarget,
  'probe-too-early': probeTooEarly,
  'push-bidirectional': pushBidirectional,
  'quotes-lost': quotesLost,
  'rdma-device-missing': rdmaDeviceMissing,
  'rdma-device-unused': rdmaDeviceUnused,
  'reference-before-definition': referenceBeforeDefinition,
  'repeated-key': repeatedKey,
  'role-missing': roleMissing,
  'routing-sidecar-option': routingSidecarOption,
  'routing-sidecar-restart': routingSidecarRestart,
  'routing-target-port': routingTargetPort,
  'service-link-variable': serviceLinkVariable,
  'shared-memory': sharedMemory,
  'side-channel-host-field': sideChannelHostField,
  'side-channel-host-fixed': sideChannelHostFixed,
  'side-channel-host-loopback': sideChannelHostLoopback,
  'side-channel-host-service': sideChannelHostService,
  'side-channel-host-shape': sideChannelHostShape,
  'side-channel-host-unset': sideChannelHostUnset,
  'side-channel-host-wildcard': sideChannelHostWildcard,
  'side-channel-port-overlap': sideChannelPortOverlap,
  'side-channel-port-taken': sideChannelPortTaken,
  'side-channel-port-value': sideChannelPortValue,
  'string-boolean': stringBoolean,
  'ucx-config-preset': ucxConfigPreset,
  'ucx-conflict': ucxConflict,
  'ucx-device-lists': ucxDeviceLists,
  'ucx-devices-tls': ucxDevicesTls,
  'ucx-net-devices': ucxNetDevices,
  'ucx-tls-all': ucxTlsAll,
  'ucx-tls-empty': ucxTlsEmpty,
  'ucx-tls-negation': ucxTlsNegation,
  'ucx-tls-no-bootstrap': ucxTlsNoBootstrap,
  'ucx-tls-no-gpu-copy': ucxTlsNoGpuCopy,
  'ucx-tls-no-lane': ucxTlsNoLane,
  'ucx-tls-not-yet': ucxTlsNotYet,
  'ucx-tls-unknown': ucxTlsUnknown,
  'ucx-value': ucxValue,
  'ucx-variable-not-yet': ucxVariableNotYet,
  'ucx-variable-removed': ucxVariableRemoved,
  'ucx-variable-renamed': ucxVariableRenamed,
  'ucx-variable-unknown': ucxVariableUnknown,
  'undefined-reference': undefinedReference,
  'unexpanded-variable': unexpandedVariable,
  'unknown-connector': unknownConnector,
  'unknown-directive': unknownDirective,
  'unknown-extra-key': unknownExtraKey,
  'unknown-flag': unknownFlag,
  'unknown-key': unknownKey,
  'unknown-role': unknownRole,
  'variable-without-effect': variableWithoutEffect,
  'vllm-port': vllmPort,
  'vllm-value': vllmValue,
  'vllm-variable-not-yet': vllmVariableNotYet,
  'vllm-variable-removed': vllmVariableRemoved,
  'vllm-variable-unknown': vllmVariableUnknown,
};
