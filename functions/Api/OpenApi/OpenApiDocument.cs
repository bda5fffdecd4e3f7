using System.Text;
using System.Text.Encodings.Web;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Api.OpenApi;

/// <summary>
/// The description of the API: openapi.json beside this file, with the URL of this server. A test writes it from the
/// functions and openapi.parts.json, so a diff shows every change of the API. Tests compare every answer with it.
/// </summary>
internal sealed class OpenApiDocument
{
    /// <summary>The name under which the file is embedded.</summary>
    public const string Resource = "openapi.json";

    /// <summary>The placeholder in the file for the URL of the server.</summary>
    public const string PlaceholderUrl = "https://api.example.com";

    // Rendered at the first request for it, so that a cold start does not pay for it.
    private readonly Lazy<(byte[] Body, string ETag)> _rendered;

    public OpenApiDocument(IOptions<ProtectionOptions> options, FunctionCatalog functions) => _rendered = new(() => Render(options.Value.PublicUrl.TrimEnd('/'), functions));

    /// <summary>The JSON.</summary>
    public ReadOnlyMemory<byte> Body => _rendered.Value.Body;

    /// <summary>A strong validator, made from the body (RFC 9110 §8.8.3).</summary>
    public string ETag => _rendered.Value.ETag;

    private static (byte[] Body, string ETag) Render(string url, FunctionCatalog functions)
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().Replace(PlaceholderUrl, JavaScriptEncoder.Default.Encode(url), StringComparison.Ordinal);
        var body = Encoding.UTF8.GetBytes(ServedOperations.Keep(text, functions));
        return (body, EntityTag.OfContent(body));
    }
}
