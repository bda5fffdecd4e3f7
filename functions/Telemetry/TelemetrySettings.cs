using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gatehouse.Telemetry;

/// <summary>The destinations of traces, metrics and logs, under the names that Azure and OpenTelemetry give the settings.</summary>
/// <param name="ConnectionString">The connection string of Application Insights. Defaults to none.</param>
/// <param name="Identity">The identity that writes to Application Insights. Defaults to none: the connection string alone grants access.</param>
/// <param name="AuditConnectionString">The connection string of the Application Insights resource that gets the audit log too. Defaults to none.</param>
/// <param name="HasOtlp">Whether there is an OTLP endpoint; the OpenTelemetry SDK reads its address, headers and protocol. Defaults to false.</param>
internal sealed record TelemetrySettings(string? ConnectionString, TelemetryIdentity? Identity, string? AuditConnectionString, bool HasOtlp)
{
    public const string ConnectionStringName = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    public const string AuditConnectionStringName = "APPLICATIONINSIGHTS_AUDIT_CONNECTION_STRING";
    public const string AuthenticationStringName = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    public const string OtlpEndpointName = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] OtlpSchemes = [Uri.UriSchemeHttp, Uri.UriSchemeHttps];

    /// <exception cref="OptionsValidationException">A value is invalid; the message names the setting.</exception>
    public static TelemetrySettings Read(IConfiguration configuration)
    {
        var authentication = Find(configuration, AuthenticationStringName);
        TelemetryIdentity? identity = null;
        if (authentication is not null && !TelemetryIdentity.TryParse(authentication, out identity))
        {
            throw Invalid(AuthenticationStringName, "must be Authorization=AAD, with ClientId=… before it for a user-assigned identity.");
        }

        var endpoint = Find(configuration, OtlpEndpointName);
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && OtlpSchemes.Contains(uri.Scheme)))
        {
            throw Invalid(OtlpEndpointName, "must be an http or https URL.");
        }

        return new TelemetrySettings(
            ReadConnectionString(configuration, ConnectionStringName),
            identity,
            ReadConnectionString(configuration, AuditConnectionStringName),
            endpoint is not null);
    }

    // The connection string holds the instrumentation key, which is a secret unless Application Insights requires an identity.
    public override string ToString() => nameof(TelemetrySettings);

    private static string? ReadConnectionString(IConfiguration configuration, string name) =>
        Find(configuration, name) is not { } value || value.Contains("InstrumentationKey=", StringComparison.OrdinalIgnoreCase)
            ? Find(configuration, name)
            : throw Invalid(name, "must be the connection string of an Application Insights resource (InstrumentationKey=…;IngestionEndpoint=…).");

    private static string? Find(IConfiguration configuration, string name) =>
        configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static OptionsValidationException Invalid(string name, string rule) =>
        new(name, typeof(TelemetrySettings), [$"{name} {rule}"]);
}

/// <summary>The managed identity that writes to Application Insights.</summary>
/// <param name="ClientId">The client id of a user-assigned identity; null for the app's own.</param>
internal sealed record TelemetryIdentity(string? ClientId)
{
    /// <summary>Reads <c>ClientId=…;Authorization=AAD</c> as the Functions host does: in any order, ignoring case.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TelemetryIdentity? identity)
    {
        identity = null;
        string? clientId = null;
        var isEntra = false;
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            switch (part.Split('=', 2, StringSplitOptions.TrimEntries))
            {
                case [var name, var value] when name.Equals("Authorization", StringComparison.OrdinalIgnoreCase):
                    isEntra = value.Equals("AAD", StringComparison.OrdinalIgnoreCase);
                    break;

                case [var name, var value] when name.Equals("ClientId", StringComparison.OrdinalIgnoreCase) && value.Length > 0:
                    clientId = value;
                    break;

                default:
                    return false;
            }
        }

        identity = isEntra ? new TelemetryIdentity(clientId) : null;
        return isEntra;
    }
}
