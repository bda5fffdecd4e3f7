using System.Collections.Specialized;
using System.Text;
using System.Web;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Http;

/// <summary>The form of a request to an OAuth endpoint (RFC 6749 appendix B).</summary>
internal sealed class FormBody
{
    private readonly NameValueCollection _fields;

    private FormBody(NameValueCollection fields) => _fields = fields;

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ProblemException">Another type (415), too large (413).</exception>
    /// <exception cref="OAuthException">A parameter comes more than once.</exception>
    public static async Task<FormBody> ReadAsync(HttpRequestData request)
    {
        var bytes = await RequestBody.ReadAsync(request, MediaType.Form);
        var fields = HttpUtility.ParseQueryString(Encoding.UTF8.GetString(bytes), Encoding.UTF8);
        foreach (var name in fields.AllKeys)
        {
            // RFC 6749 §3.2: request parameters must not be included more than once.
            if (fields.GetValues(name) is { Length: > 1 })
            {
                throw new OAuthException(OAuthException.InvalidRequest, "A parameter was given more than once.");
            }
        }

        return new FormBody(fields);
    }

    /// <summary>The value of a parameter; null when it is missing or empty (RFC 6749 §3.2: the two are the same).</summary>
    public string? Find(string name) => _fields[name] is { Length: > 0 } value ? value : null;

    /// <summary>The value of a parameter that must be there.</summary>
    /// <exception cref="OAuthException">It is missing or empty.</exception>
    public string Require(string name) =>
        Find(name) ?? throw new OAuthException(OAuthException.InvalidRequest, $"The parameter {name} is missing.");
}
