using Azure.Core;
using Azure.Core.Pipeline;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// How often a write was sent. A connection that breaks after a request does not tell whether it was carried out; when
/// the client sends it again and hears of a conflict, the conflict may be with itself.
/// </summary>
internal sealed class WriteAttempts
{
    private const string Property = "Gatehouse.WriteAttempts";

    private int _count;

    /// <summary>Whether it was sent more than once.</summary>
    public bool IsRepeated => _count > 1;

    /// <summary>Counts what is sent until the scope ends.</summary>
    public IDisposable Begin() => HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?> { [Property] = this });

    /// <summary>Counts each try; stands after the retries in the pipeline.</summary>
    internal sealed class Policy : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.TryGetProperty(Property, out var value) && value is WriteAttempts attempts)
            {
                attempts._count++;
            }
        }
    }
}
