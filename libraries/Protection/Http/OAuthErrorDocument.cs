using System.Text.Json.Serialization;

namespace Gatehouse.Protection.Http;

/// <summary>The body of an OAuth error answer (RFC 6749 §5.2).</summary>
internal sealed record OAuthErrorDocument(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("error_description")] string ErrorDescription);
