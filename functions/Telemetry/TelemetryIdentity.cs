using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Telemetry;

/// <summary>The managed identity that Application Insights is written to with.</summary>
/// <param name="ClientId">Of a user-assigned identity; null for the app's own.</param>
internal sealed record TelemetryIdentity(string? ClientId)
{
    /// <summary>Reads <c>ClientId=…;Authorization=AAD</c>, as the Functions host does: in any order, in any case.</summary>
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
