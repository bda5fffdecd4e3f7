using System.Text.Json.Serialization;

namespace Gatehouse.Tokens;

/// <summary>The key that a token is bound to, as introspection tells it (RFC 9449 §6.2).</summary>
/// <param name="Thumbprint">Its RFC 7638 thumbprint.</param>
internal sealed record ConfirmationDocument([property: JsonPropertyName("jkt")] string Thumbprint)
{
    public static ConfirmationDocument? Of(string? thumbprint) => thumbprint is null ? null : new ConfirmationDocument(thumbprint);
}
