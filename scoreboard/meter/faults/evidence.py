"""Where each fault was seen in the wild: the address of a public report or paper, and what it shows, in our words."""

from __future__ import annotations

EVIDENCE: dict[str, tuple[str, str]] = {
    "unknown_tool": (
        "https://github.com/run-llama/llama_index/issues/7170",
        "OpenAI agent invents a tool name; framework crashes instead of answering the model",
    ),
    "malformed_arguments": (
        "https://github.com/langchain-ai/langchain-litellm/issues/249",
        "Cut or invalid argument JSON silently becomes an empty, executable tool call",
    ),
    "string_number_argument": (
        "https://github.com/sipeed/picoclaw/issues/400",
        'Llama on Groq sends count "5"; provider rejects the call for expected integer',
    ),
    "empty_arguments": (
        "https://github.com/vllm-project/vllm/issues/19419",
        "Tool call with empty-string arguments ends in a JSON decoding error",
    ),
    "arguments_as_object": (
        "https://github.com/ggml-org/llama.cpp/issues/20198",
        "llama-server returned tool arguments as object, not string, breaking OpenAI clients",
    ),
    "missing_call_id": (
        "https://github.com/oracle/langchain-oracle/pull/79",
        "Gemini returned tool calls with id None; building the tool message failed",
    ),
    "duplicate_call_id": (
        "https://github.com/OpenRouterTeam/ai-sdk-provider/pull/471",
        "Some providers repeat or omit ids in parallel calls, so results mismatch",
    ),
    "tool_call_as_text": (
        "https://github.com/ollama/ollama/issues/13519",
        "llama3.2 writes tool calls as JSON in content; tool_calls stays empty",
    ),
    "finish_reason_mismatch": (
        "https://github.com/vercel/workflow/issues/1387",
        "Step with tool calls but finish reason stop; agent loop discards the calls",
    ),
    "repeated_identical_call": (
        "https://github.com/openclaw/openclaw/issues/68923",
        "Agent issued the same tool call over 100 times despite identical results",
    ),
    "empty_answer": (
        "https://github.com/NousResearch/hermes-agent/issues/11539",
        "Model returned no content; users were sent a literal placeholder '(empty)'",
    ),
    "null_answer": (
        "https://github.com/HolmesGPT/holmesgpt/pull/1972",
        "Final answer had content None after tools; the agent crashed with AttributeError",
    ),
    "no_choices": (
        "https://github.com/keephq/keep/issues/6706",
        "Backend answers 200 with empty choices; indexing the first raises IndexError",
    ),
    "cut_answer": (
        "https://github.com/CherryHQ/stella/issues/1079",
        "Answers truncated at the token cap were recorded as completed turns",
    ),
    "cut_tool_call": (
        "https://github.com/vllm-project/vllm/issues/58228",
        "Call cut by max_tokens is reported as finished, so harnesses execute it",
    ),
    "content_filter": (
        "https://github.com/microsoft/autogen/issues/5569",
        "Azure content filter error escapes inside the AutoGen runtime, uncatchable by caller",
    ),
    "refusal": (
        "https://github.com/openai/openai-agents-python/issues/3055",
        "Refusal with structured output ignored; SDK asks again until max_turns",
    ),
    "missing_usage": (
        "https://github.com/Aider-AI/aider/pull/244",
        "Non-OpenAI models sent no usage; the client had to skip its token costs",
    ),
    "fenced_json": (
        "https://github.com/pydantic/pydantic-ai/pull/3475",
        "Gemini put markdown fences into structured output, sometimes only the opening one",
    ),
    "text_beside_tool_call": (
        "https://github.com/strands-agents/harness-sdk/issues/4004",
        "Text sent beside a tool call is silently dropped by the agent SDK",
    ),
    "two_calls_at_once": (
        "https://github.com/NousResearch/hermes-agent/issues/84698",
        "Valid parallel call receives the error of its invalid sibling and never runs",
    ),
    "missing_argument": (
        "https://github.com/agno-agi/agno/issues/2907",
        "Gemini leaves out two required arguments; validation of the tool call fails",
    ),
    "extra_argument": (
        "https://github.com/crmne/ruby_llm/issues/508",
        "Claude adds an undeclared parameter; the tool dies with unknown keyword",
    ),
    "wrong_type_argument": (
        "https://github.com/usestrix/strix/issues/770",
        "Qwen passes a JSON string where a list belongs; every such call fails",
    ),
    "invalid_json": (
        "https://github.com/langchain-ai/langchain/issues/9082",
        "Structured output parser often fails because the model's JSON has quoting errors",
    ),
    "missing_field": (
        "https://github.com/googleapis/python-genai/issues/1918",
        "Gemini returned structured output without a field its schema marks required",
    ),
    "extra_field": (
        "https://github.com/browser-use/browser-use/issues/2424",
        "Nearest found: model's action output refused with 'Extra inputs are not permitted'",
    ),
    "prose_around_json": (
        "https://github.com/langchain-ai/langchain/pull/1734",
        "OpenAI model wrote text before and after the JSON; agent parser raised JSONDecodeError",
    ),
    "http_429": (
        "https://github.com/crewAIInc/crewAI/issues/377",
        "Crew halts for good at the first OpenAI rate limit error",
    ),
    "http_429_retry_after": (
        "https://github.com/MemTensor/MemOS/issues/1620",
        "LLM client retries 429 by its own backoff and never reads Retry-After",
    ),
    "http_500": (
        "https://github.com/anthropics/claude-code/issues/11832",
        "Anthropic API answered 500 internal server error during agent sessions",
    ),
    "http_503": (
        "https://github.com/google-gemini/gemini-cli/issues/13406",
        "Gemini answers 503 'model is overloaded' on about every third request",
    ),
    "http_400": (
        "https://github.com/open-webui/open-webui/issues/27599",
        "Long tool runs end in 400: request exceeds context size; retries repeat it",
    ),
    "http_401": (
        "https://github.com/github/copilot-cli/issues/2818",
        "Session token expires mid-task; a 401 aborts the long agent run",
    ),
    "connection_refused": (
        "https://github.com/crewAIInc/crewAI/issues/2549",
        "Crew fails with connection refused when the Ollama endpoint cannot be reached",
    ),
    "connection_reset": (
        "https://github.com/crewAIInc/crewAI/issues/625",
        "Crew run aborted by 'connection reset by peer' from the model server",
    ),
    "slow_first_byte": (
        "https://github.com/agent0ai/agent-zero/issues/1882",
        "Provider accepts the request, sends nothing; the agent waits for hours",
    ),
    "stalled_stream": (
        "https://github.com/MoonshotAI/kimi-code/issues/1050",
        "Stream goes silent with connection open; client without idle timeout hangs forever",
    ),
    "stream_cut": (
        "https://github.com/bytedance/deer-flow/issues/1923",
        "Provider often closes mid-stream; users must type 'continue' over ten times",
    ),
    "stream_garbage": (
        "https://github.com/BerriAI/litellm/issues/10410",
        "Unparsable chunk in a Gemini stream ends the run with RuntimeError",
    ),
    "html_error_page_502": (
        "https://github.com/letta-ai/letta-code/issues/290",
        "Cloudflare's 502 HTML page arrived mid-task and broke the session for good",
    ),
    "html_error_page_200": (
        "https://github.com/itlackey/akm/pull/539",
        "LM Studio may serve its web page instead of JSON; client detects 2xx HTML",
    ),
    "wrong_type_field": (
        "https://github.com/growgraph/ontocast/issues/50",
        "GPT returns a list for a string field; validation exhausts all retries",
    ),
    "string_number_field": (
        "https://github.com/noonghunna/benchlocal-cli/issues/77",
        'Models emit "12" or "$4.75" where the schema expects a JSON number',
    ),
    "tool_raises": (
        "https://github.com/langchain-ai/langgraph/issues/6486",
        "ToolNode stopped handling tool errors by default; an exception ends the graph",
    ),
    "tool_hangs": (
        "https://github.com/strands-agents/harness-sdk/issues/4403",
        "MCP server goes silent after a tool call; the agent never returns",
    ),
    "tool_returns_nothing": (
        "https://github.com/microsoft/agent-framework/issues/4677",
        "One tool returning None makes the API answer 400, ending the run",
    ),
    "tool_returns_huge": (
        "https://github.com/agent0ai/agent-zero/issues/833",
        "One long command output exceeds the context window and crashes the agent",
    ),
    "tool_returns_injection": (
        "https://arxiv.org/abs/2406.13352",
        "AgentDojo: data returned by tools can hijack agents into malicious tasks",
    ),
    "tool_returns_bytes": (
        "https://github.com/aws/bedrock-agentcore-sdk-python/issues/198",
        "Tool result with image bytes fails: bytes are not JSON serializable",
    ),
    "lost_acknowledgement": (
        "https://github.com/anthropics/anthropic-sdk-java/issues/370",
        "Request timed out but had landed; the client's retry duplicated the user turn",
    ),
    "partial_tool_result": (
        "https://github.com/metabase/metabase/issues/82850",
        "SQL tool cuts 5,000 rows to 2,000 yet reports status completed",
    ),
    "renamed_tool_field": (
        "https://github.com/basicmachines-co/basic-memory/issues/638",
        "API renamed entity_type to note_type; released clients' tools failed to parse it",
    ),
    "slow_but_fine": (
        "https://github.com/METR/hawk/issues/935",
        "Long valid generations pass 600 s, time out, are billed and retried",
    ),
    "never_finishes": (
        "https://github.com/agno-agi/agno/issues/8304",
        "Model keeps calling past tool_call_limit; up to 4,000 calls for one message",
    ),
}
