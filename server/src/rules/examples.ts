import { examples as backendParameter } from './backend-parameter';
import { examples as backends } from './backends';
import { examples as blankBeforeFlag } from './blank-before-flag';
import { examples as bufferDevice } from './buffer-device';
import { examples as configFileKey } from './config-file-key';
import { examples as configFileLine } from './config-file-line';
import { examples as configFileMapping } from './config-file-mapping';
import { examples as connectorMissing } from './connector-missing';
import { examples as connectorNotInVersion } from './connector-not-in-version';
import { examples as defaultWrittenOut } from './default-written-out';
import { examples as emptyConfig } from './empty-config';
import { examples as environmentNotText } from './environment-not-text';
import { examples as environmentQuotes } from './environment-quotes';
import { examples as expandableSegments } from './expandable-segments';
import { examples as extraValue } from './extra-value';
import { examples as fieldValue } from './field-value';
import { examples as flagDeprecated } from './flag-deprecated';
import { examples as flagJson } from './flag-json';
import { examples as flagKeyUnknown } from './flag-key-unknown';
import { examples as flagKeyValue } from './flag-key-value';
import { examples as flagNotInVersion } from './flag-not-in-version';
import { examples as flagValue } from './flag-value';
import { examples as gpuNicMapping } from './gpu-nic-mapping';
import { examples as handshakeCheckOff } from './handshake-check-off';
import { examples as hiddenMetricsVersion } from './hidden-metrics-version';
import { examples as hybridCacheUnsupported } from './hybrid-cache-unsupported';
import { examples as inertField } from './inert-field';
import { examples as jsonSyntax } from './json-syntax';
import { examples as keyNotInVersion } from './key-not-in-version';
import { examples as kvBoth } from './kv-both';
import { examples as metricNotYet } from './metric-not-yet';
import { examples as metricRemoved } from './metric-removed';
import { examples as metricUnknown } from './metric-unknown';
import { examples as metricWithoutTotal } from './metric-without-total';
import { examples as misplacedKey } from './misplaced-key';
import { examples as modulePath } from './module-path';
import { examples as multiConnector } from './multi-connector';
import { examples as ncclVariable } from './nccl-variable';
import { examples as nixlExporterPort } from './nixl-exporter-port';
import { examples as nixlTelemetryOff } from './nixl-telemetry-off';
import { examples as nixlValue } from './nixl-value';
import { examples as nixlVariableNotYet } from './nixl-variable-not-yet';
import { examples as nixlVariableRemoved } from './nixl-variable-removed';
import { examples as nixlVariableUnknown } from './nixl-variable-unknown';
import { examples as numThreadsIgnored } from './num-threads-ignored';
import { examples as offloadingReplacesConnector } from './offloading-replaces-connector';
import { examples as overriddenConfig } from './overridden-config';
import { examples as pipelineParallel } from './pipeline-parallel';
import { examples as pushBidirectional } from './push-bidirectional';
import { examples as quotesLost } from './quotes-lost';
import { examples as repeatedKey } from './repeated-key';
import { examples as roleMissing } from './role-missing';
import type { Example } from './rule';
import { examples as sideChannelHostField } from './side-channel-host-field';
import { examples as sideChannelHostFixed } from './side-channel-host-fixed';
import { examples as sideChannelHostLoopback } from './side-channel-host-loopback';
import { examples as sideChannelHostService } from './side-channel-host-service';
import { examples as sideChannelHostShape } from './side-channel-host-shape';
import { examples as sideChannelHostUnset } from './side-channel-host-unset';
import { examples as sideChannelHostWildcard } from './side-channel-host-wildcard';
import { examples as sideChannelPortOverlap } from './side-channel-port-overlap';
import { examples as sideChannelPortTaken } from './side-channel-port-taken';
import { examples as sideChannelPortValue } from './side-channel-port-value';
import { examples as stringBoolean } from './string-boolean';
import { examples as ucxConfigPreset } from './ucx-config-preset';
import { examples as ucxConflict } from './ucx-conflict';
import { examples as ucxDeviceLists } from './ucx-device-lists';
import { examples as ucxDevicesTls } from './ucx-devices-tls';
import { examples as ucxNetDevices } from './ucx-net-devices';
import { examples as ucxTlsAll } from './ucx-tls-all';
import { examples as ucxTlsEmpty } from './ucx-tls-empty';
import { examples as ucxTlsNegation } from './ucx-tls-negation';
import { examples as ucxTlsNoBootstrap } from './ucx-tls-no-bootstrap';
import { examples as ucxTlsNoGpuCopy } from './ucx-tls-no-gpu-copy';
import { examples as ucxTlsNoLane } from './ucx-tls-no-lane';
import { examples as ucxTlsNotYet } from './ucx-tls-not-yet';
import { examples as ucxTlsUnknown } from './ucx-tls-unknown';
import { examples as ucxValue } from './ucx-value';
import { examples as ucxVariableNotYet } from './ucx-variable-not-yet';
import { examples as ucxVariableRemoved } from './ucx-variable-removed';
import { examples as ucxVariableRenamed } from './ucx-variable-renamed';
import { examples as ucxVariableUnknown } from './ucx-variable-unknown';
import { examples as unexpandedVariable } from './unexpanded-variable';
import { examples as unknownConnector } from './unknown-connector';
import { examples as unknownExtraKey } from './unknown-extra-key';
import { examples as unknownFlag } from './unknown-flag';
import { examples as unknownKey } from './unknown-key';
import { examples as unknownRole } from './unknown-role';
import { examples as variableWithoutEffect } from './variable-without-effect';
import { examples as vllmPort } from './vllm-port';
import { examples as vllmValue } from './vllm-value';
import { examples as vllmVariableNotYet } from './vllm-variable-not-yet';
import { examples as vllmVariableRemoved } from './vllm-variable-removed';
import { examples as vllmVariableUnknown } from './vllm-variable-unknown';

/** The examples of every rule, by its id. Apart from the rules, so that the server is bundled without them. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  'backend-parameter': backendParameter,
  backends: backends,
  'blank-before-flag': blankBeforeFlag,
  'buffer-device': bufferDevice,
  'config-file-key': configFileKey,
  'config-file-line': configFileLine,
  'config-file-mapping': configFileMapping,
  'connector-missing': connectorMissing,
  'connector-not-in-version': connectorNotInVersion,
  'default-written-out': defaultWrittenOut,
  'empty-config': emptyConfig,
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
  'gpu-nic-mapping': gpuNicMapping,
  'handshake-check-off': handshakeCheckOff,
  'hidden-metrics-version': hiddenMetricsVersion,
  'hybrid-cache-unsupported': hybridCacheUnsupported,
  'inert-field': inertField,
  'json-syntax': jsonSyntax,
  'key-not-in-version': keyNotInVersion,
  'kv-both': kvBoth,
  'metric-not-yet': metricNotYet,
  'metric-removed': metricRemoved,
  'metric-unknown': metricUnknown,
  'metric-without-total': metricWithoutTotal,
  'misplaced-key': misplacedKey,
  'module-path': modulePath,
  'multi-connector': multiConnector,
  'nccl-variable': ncclVariable,
  'nixl-exporter-port': nixlExporterPort,
  'nixl-telemetry-off': nixlTelemetryOff,
  'nixl-value': nixlValue,
  'nixl-variable-not-yet': nixlVariableNotYet,
  'nixl-variable-removed': nixlVariableRemoved,
  'nixl-variable-unknown': nixlVariableUnknown,
  'num-threads-ignored': numThreadsIgnored,
  'offloading-replaces-connector': offloadingReplacesConnector,
  'overridden-config': overriddenConfig,
  'pipeline-parallel': pipelineParallel,
  'push-bidirectional': pushBidirectional,
  'quotes-lost': quotesLost,
  'repeated-key': repeatedKey,
  'role-missing': roleMissing,
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
  'unexpanded-variable': unexpandedVariable,
  'unknown-connector': unknownConnector,
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
