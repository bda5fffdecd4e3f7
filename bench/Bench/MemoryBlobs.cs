using System.Globalization;
using System.Net;
using System.Text;

namespace Gatehouse.Bench;

/// <summary>One container of append blobs in memory, which answers as Blob Storage does and counts. For one caller at a time.</summary>
internal sealed class MemoryBlobs : HttpMessageHandler
{
    private readonly SortedDictionary<string, MemoryStream> _blobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _requests = [];

    /// <summary>All requests.</summary>
    public int Requests => _requests.Values.Sum();

    /// <summary>The bytes of blobs in all answers.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The most requests to one blob since the last call.</summary>
    public int TakeBusiest()
    {
        var busiest = _requests.Where(static blob => blob.Key.Length > 0).Select(static blob => blob.Value).DefaultIfEmpty().Max();
        _requests.Clear();
        return busiest;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var name = request.RequestUri!.Segments is [_, _, var last] ? last : "";
        _requests[name] = _requests.GetValueOrDefault(name) + 1;
        var response = name.Length == 0 ? AnswerContainer(request)
            : request.Method == HttpMethod.Get ? Read(name, request)
            : request.RequestUri.Query.Contains("appendblock", StringComparison.Ordinal) ? Append(name, request, await request.Content!.ReadAsByteArrayAsync(cancellationToken))
            : Create(name);
        response.RequestMessage = request;
        response.Headers.TryAddWithoutValidation("ETag", "\"0x1\"");
        response.Content.Headers.LastModified = DateTimeOffset.UnixEpoch;
        return response;
    }

    private HttpResponseMessage AnswerContainer(HttpRequestMessage request)
    {
        if (request.Method != HttpMethod.Get)
        {
            return new HttpResponseMessage(HttpStatusCode.Created) { Content = new ByteArrayContent([]) };
        }

        var names = string.Concat(_blobs.Keys.Select(static name => $"<Blob><Name>{name}</Name><Properties /></Blob>"));
        var list = $"<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"http://feed.test/\" ContainerName=\"feed\"><Blobs>{names}</Blobs><NextMarker /></EnumerationResults>";
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(list, Encoding.UTF8, "application/xml") };
    }

    private HttpResponseMessage Create(string name) =>
        _blobs.TryAdd(name, new MemoryStream()) ? new HttpResponseMessage(HttpStatusCode.Created) { Content = new ByteArrayContent([]) } : Fail(HttpStatusCode.Conflict, "BlobAlreadyExists");

    private HttpResponseMessage Append(string name, HttpRequestMessage request, byte[] block)
    {
        if (!_blobs.TryGetValue(name, out var blob))
        {
            return Fail(HttpStatusCode.NotFound, "BlobNotFound");
        }

        if (blob.Length + block.Length > long.Parse(request.Headers.GetValues("x-ms-blob-condition-maxsize").First(), CultureInfo.InvariantCulture))
        {
            return Fail(HttpStatusCode.PreconditionFailed, "MaxBlobSizeConditionNotMet");
        }

        blob.Write(block);
        return new HttpResponseMessage(HttpStatusCode.Created) { Content = new ByteArrayContent([]) };
    }

    private HttpResponseMessage Read(string name, HttpRequestMessage request)
    {
        if (!_blobs.TryGetValue(name, out var blob))
        {
            return Fail(HttpStatusCode.NotFound, "BlobNotFound");
        }

        var range = request.Headers.TryGetValues("x-ms-range", out var values) ? values.First() : "bytes=0-";
        var from = int.Parse(range.AsSpan("bytes=".Length, range.IndexOf('-', StringComparison.Ordinal) - "bytes=".Length), CultureInfo.InvariantCulture);
        if (from >= blob.Length)
        {
            return Fail(HttpStatusCode.RequestedRangeNotSatisfiable, "InvalidRange");
        }

        var length = (int)blob.Length - from;
        BytesRead += length;
        var response = new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = new ByteArrayContent(blob.GetBuffer(), from, length) };
        response.Content.Headers.ContentRange = new(from, blob.Length - 1, blob.Length);
        response.Headers.TryAddWithoutValidation("x-ms-blob-type", "AppendBlob");
        return response;
    }

    private static HttpResponseMessage Fail(HttpStatusCode status, string code)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
        response.Headers.TryAddWithoutValidation("x-ms-error-code", code);
        return response;
    }
}
