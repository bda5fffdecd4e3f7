using System.Collections.Concurrent;
using System.Threading.Channels;
using Gatehouse.Tests.Integration.Worker.Protocol;
using Grpc.Core;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>The host's end of the stream that a worker opens: sends what the worker shall do, and matches its answers.</summary>
internal sealed class WorkerChannel : FunctionRpc.FunctionRpcBase
{
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _waiting = new();
    private readonly ConcurrentQueue<RpcLog> _logs = new();
    private readonly TaskCompletionSource<string> _connection = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The id of the worker, once one has connected.</summary>
    public Task<string> Connection => _connection.Task;

    /// <summary>What the worker has logged.</summary>
    public IEnumerable<RpcLog> Logs => _logs;

    /// <summary>Sends a message, and waits for the one that answers it.</summary>
    public async Task<StreamingMessage> AskAsync(StreamingMessage question, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        question.RequestId = Guid.NewGuid().ToString();
        _waiting[question.RequestId] = answer;
        Tell(question);
        return await answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Sends a message that nothing answers.</summary>
    public void Tell(StreamingMessage message) => Assert.True(_outgoing.Writer.TryWrite(message), "The worker has gone.");

    public override async Task EventStream(IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        var sending = SendAsync(responseStream, context.CancellationToken);
        try
        {
            await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
            {
                Receive(message);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The worker's process has ended.
        }

        _outgoing.Writer.TryComplete();
        await sending;
        foreach (var answer in _waiting.Values)
        {
            answer.TrySetException(new IOException("The worker has gone."));
        }
    }

    private async Task SendAsync(IServerStreamWriter<StreamingMessage> stream, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                await stream.WriteAsync(message, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The worker's process has ended.
        }
    }

    private void Receive(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.StartStream:
                _connection.TrySetResult(message.StartStream.WorkerId);
                break;
            case StreamingMessage.ContentOneofCase.RpcLog:
                _logs.Enqueue(message.RpcLog);
                break;
            default:
                if (_waiting.TryRemove(message.RequestId, out var answer))
                {
                    answer.TrySetResult(message);
                }

                break;
        }
    }
}
