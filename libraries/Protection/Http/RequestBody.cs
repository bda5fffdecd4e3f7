using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.Http;

/// <summary>Reads a body of a known type and a bounded size.</summary>
internal static class RequestBody
{
    /// <summary>The largest accepted body, in bytes. Valid bodies are small; a larger one is a mistake or an attack.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Reads the whole body.</summary>
    /// <exception cref="ProblemException">The type is another one or the body is compressed (415), the length is not announced (411), the body is too large (413).</exception>
    public static async Task<byte[]> ReadAsync(HttpRequestData request, string mediaType)
    {
        RequireMediaType(request, mediaType);
        RequireLength(request);
        var length = request.FindHeader("Content-Length");
        if (long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var announced) && announced > MaxBytes)
        {
            throw TooLarge();
        }

        // One byte more than the limit, so that a longer body shows.
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBytes + 1);
        try
        {
            var read = await request.Body.ReadAtLeastAsync(
                buffer.AsMemory(0, MaxBytes + 1),
                MaxBytes + 1,
                throwOnEndOfStream: false,
                request.FunctionContext.CancellationToken);
            return read > MaxBytes ? throw TooLarge() : buffer[..read];
        }
        finally
        {
            // Bodies hold passwords and tokens, which the next user of the buffer must not see.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static void RequireLength(HttpRequestData request)
    {
        // The Functions host drops the body of such a request (azure-functions-host issues 4926 and 7930).
        if (request.Headers.NonValidated.Contains("Transfer-Encoding"))
        {
            throw new ProblemException(
                ProblemType.LengthRequired,
                "The body was sent in chunks, and Azure Functions drops such bodies. Send its length in Content-Length: in .NET call LoadIntoBufferAsync on the content first, in Node pass the body as a string, with curl use --data.");
        }
    }

    private static void RequireMediaType(HttpRequestData request, string mediaType)
    {
        if (!ContentType.TryRead(request.FindHeader("Content-Type"), out var given, out var charSet)
            || !given.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
            || !IsReadable(mediaType, charSet))
        {
            throw new ProblemException(new Problem(
                ProblemType.UnsupportedMediaType,
                $"Send the body as {mediaType} in UTF-8, and say so in Content-Type.").With("Accept", mediaType));
        }

        // RFC 9110 §8.4.1 and §12.5.3: identity means no coding, and Accept-Encoding in the answer names the accepted codings.
        if (request.FindListHeader("Content-Encoding")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { } codings
            && codings.Any(static coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw new ProblemException(new Problem(
                ProblemType.UnsupportedMediaType,
                "Send the body uncompressed, without Content-Encoding.").With("Accept", mediaType).With("Accept-Encoding", "identity"));
        }
    }

    // The media type of forms has no charset: they are always UTF-8 (RFC 6749 appendix B, URL Standard §5.1).
    private static bool IsReadable(string mediaType, string? charSet) =>
        mediaType == MediaType.Form || charSet is null || charSet.Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    private static ProblemException TooLarge() =>
        new(ProblemType.BodyTooLarge, $"The body may have up to {MaxBytes} bytes.");
}

/// <summary>Reads the header <c>Content-Type</c>.</summary>
internal static class ContentType
{
    /// <summary>Splits a value into its media type and charset. False when it is not a media type.</summary>
    public static bool TryRead(string? value, out string mediaType, out string? charSet)
    {
        mediaType = "";
        charSet = null;

        // RFC 9110 §5.6.6: a parameter may be empty, as in "application/json;", but the parser refuses that.
        var parts = (value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!MediaTypeHeaderValue.TryParse(string.Join(';', parts), out var parsed))
        {
            return false;
        }

        mediaType = parsed.MediaType!;
        charSet = parsed.CharSet?.Trim('"');
        return true;
    }
}

/// <summary>The media types of requests and answers.</summary>
internal static class MediaType
{
    public const string Json = "application/json";
    public const string Problem = "application/problem+json";
    public const string Html = "text/html; charset=utf-8";
    public const string JavaScript = "text/javascript; charset=utf-8";
    public const string Form = "application/x-www-form-urlencoded";
}
